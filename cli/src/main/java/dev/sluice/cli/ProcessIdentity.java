package dev.sluice.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Names this process so that another one on the same machine can tell whether it still lives: a run that
/// was killed does not keep the next one waiting for its lock to expire.
final class ProcessIdentity {
    private ProcessIdentity() {}

    /// `host|process id|start time`.
    static String mine() {
        ProcessHandle self = ProcessHandle.current();
        return String.join("|", host(), String.valueOf(self.pid()), start(self));
    }

    /// True if the name belongs to a process of this machine that has ended. A process id that was used
    /// again has another start time.
    static boolean provenDead(String holder) {
        List<String> parts = List.of(holder.split("\\|", -1));
        if (parts.size() != 3 || !parts.get(0).equals(host()) || !parts.get(1).matches("\\d{1,18}")) {
            return false;
        }
        Optional<ProcessHandle> found = ProcessHandle.of(Long.parseLong(parts.get(1)));
        return found.isEmpty() || !found.get().isAlive() || !start(found.get()).equals(parts.get(2));
    }

    private static String start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
