package dev.sluice.snowflake;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/// All objects of the account. DDL takes effect at once, so nothing here knows transactions. Guarded by
/// the store's lock.
final class Catalog {
    private final Map<Thing.Type, Map<String, Thing>> things = new EnumMap<>(Thing.Type.class);
    private final AtomicLong ids = new AtomicLong();

    Catalog() {
        for (Thing.Type type : Thing.Type.values()) {
            things.put(type, new TreeMap<>());
        }
    }

    synchronized long nextId() {
        return ids.incrementAndGet();
    }

    synchronized void add(Thing thing) {
        of(thing.type).put(key(thing.name()), thing);
    }

    synchronized void remove(Thing thing) {
        of(thing.type).remove(key(thing.name()));
        String inside = key(thing.name()) + "\0";
        if (thing.type.parts < 3 && (thing.type == Thing.Type.DATABASE || thing.type == Thing.Type.SCHEMA)) {
            things.values().forEach(map -> map.keySet().removeIf(key -> key.startsWith(inside)));
        }
    }

    synchronized void rename(Thing thing, Name to) {
        of(thing.type).remove(key(thing.name()));
        thing.rename(to);
        add(thing);
    }

    synchronized Optional<Thing> find(Thing.Type type, Name name) {
        return Optional.ofNullable(of(type).get(key(name)));
    }

    synchronized Optional<Relation> table(Name name) {
        return find(Thing.Type.TABLE, name).map(Relation.class::cast);
    }

    synchronized List<Thing> all(Thing.Type type) {
        return List.copyOf(of(type).values());
    }

    synchronized List<Relation> relations() {
        return all(Thing.Type.TABLE).stream().map(Relation.class::cast).toList();
    }

    private Map<String, Thing> of(Thing.Type type) {
        Map<String, Thing> map = things.get(type);
        if (map == null) {
            throw new IllegalStateException(type.toString());
        }
        return map;
    }

    private static String key(Name name) {
        return String.join("\0", name.parts());
    }
}
