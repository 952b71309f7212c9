package dev.sluice.lambda.natively;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import net.snowflake.client.internal.core.auth.wif.WorkloadIdentityAttestation;
import net.snowflake.client.internal.core.auth.wif.WorkloadIdentityAttestationProvider;

/// No login by workload identity: Sluice logs in with a key pair. The original brings the identity
/// clients of three clouds along.
@SuppressWarnings("DoNotCallSuggester") // nobody calls it by this name
@TargetClass(WorkloadIdentityAttestationProvider.class)
final class NoWorkloadIdentity {
    static final String REFUSAL = "login by workload identity is not part of this executable; use a key pair";

    @Substitute
    public WorkloadIdentityAttestation getAttestation(String provider) {
        throw new UnsupportedOperationException(REFUSAL);
    }
}
