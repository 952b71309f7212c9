package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who may do what. ACCOUNTADMIN may do everything; the owner of an object may do everything with it.
final class Rights {
    static final String ADMIN = "ACCOUNTADMIN";

    /// @param on empty for the account
    record Grant(String privilege, Optional<Thing> on, String role, boolean withGrantOption, String by) {}

    /// What objects that come later in a schema or database get.
    record Future(String privilege, Thing.Type type, Name in, String role) {}

    /// A role that another role or a user has.
    record Membership(String role, String member, boolean user) {}

    private final List<Grant> grants = new ArrayList<>();
    private final List<Future> futures = new ArrayList<>();
    private final Set<Membership> memberships = new HashSet<>();

    synchronized List<Grant> grants() {
        return List.copyOf(grants);
    }

    synchronized Set<Membership> memberships() {
        return Set.copyOf(memberships);
    }

    synchronized void add(Grant grant) {
        grants.removeIf(g -> g.privilege.equals(grant.privilege) && g.on.equals(grant.on) && g.role.equals(grant.role));
        grants.add(grant);
    }

    synchronized void add(Future future) {
        futures.add(future);
    }

    synchronized void add(Membership membership) {
        memberships.add(membership);
    }

    synchronized void remove(Membership membership) {
        memberships.remove(membership);
    }

    synchronized void revoke(String privilege, Optional<Thing> on, String role) {
        grants.removeIf(g ->
                (privilege.equals("ALL") || g.privilege.equals(privilege)) && g.on.equals(on) && g.role.equals(role));
    }

    synchronized void forget(Thing thing) {
        grants.removeIf(g -> g.on.isPresent() && g.on.get() == thing);
    }

    /// COPY GRANTS.
    synchronized void copy(Thing from, Thing to) {
        for (Grant grant : grants()) {
            if (grant.on.isPresent() && grant.on.get() == from) {
                grants.add(new Grant(grant.privilege, Optional.of(to), grant.role, grant.withGrantOption, grant.by));
            }
        }
    }

    synchronized void created(Thing thing) {
        for (Future future : futures) {
            List<String> parts = future.in.parts();
            boolean inside = thing.type == future.type
                    && thing.name().parts().size() > parts.size()
                    && thing.name().parts().subList(0, parts.size()).equals(parts);
            if (inside) {
                add(new Grant(future.privilege, Optional.of(thing), future.role, false, ADMIN));
            }
        }
    }

    synchronized boolean mayUseRole(String user, String role) {
        return memberships.stream()
                        .anyMatch(m ->
                                m.user && m.member.equals(user) && roles(m.role).contains(role))
                || role.equals("PUBLIC");
    }

    /// The role and all that were granted to it.
    synchronized Set<String> roles(String role) {
        Set<String> all = new HashSet<>(Set.of(role, "PUBLIC"));
        boolean more = true;
        while (more) {
            more = false;
            for (Membership membership : memberships) {
                more |= !membership.user && all.contains(membership.member) && all.add(membership.role);
            }
        }
        return all;
    }

    synchronized boolean may(String role, String privilege, Optional<Thing> on) {
        Set<String> roles = roles(role);
        if (roles.contains(ADMIN) || on.isPresent() && roles.contains(on.get().owner())) {
            return true;
        }
        return grants.stream()
                .anyMatch(g -> roles.contains(g.role)
                        && g.on.equals(on)
                        && (g.privilege.equals(privilege)
                                || g.privilege.equals("OWNERSHIP")
                                || g.privilege.equals("ALL") && !privilege.equals("OWNERSHIP")));
    }

    /// True if the role has any right at all on the thing, so that it may know that it exists.
    synchronized boolean sees(String role, Thing thing) {
        Set<String> roles = roles(role);
        return roles.contains(ADMIN)
                || roles.contains(thing.owner())
                || grants.stream().anyMatch(g -> roles.contains(g.role) && g.on.equals(Optional.of(thing)));
    }
}
