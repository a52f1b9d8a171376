package io.slotgate.admin.settings;

import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.fleet.agreed.Agreement;
import io.slotgate.topology.fleet.agreed.Change;
import io.slotgate.topology.fleet.agreed.NotAgreedException;
import io.slotgate.topology.fleet.agreed.TransientSettings;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be changed while the proxy runs. A change is checked here, agreed on by the fleet (or written down, by a proxy that is
 * alone), and applied by every proxy when it hears of the agreement: so a proxy that is cut off goes on with what it has. Any
 * thread.
 *
 * <pre>
 *   PATCH ──> check ──> agreement (raft, file or memory) ──> every proxy: apply
 * </pre>
 */
public final class SettingsService implements AutoCloseable {
    /** What an agreement says of itself; no setting. */
    private static final String CHANGED_BY = "changed.by";
    private static final String CHANGED_AT = "changed.at";

    private static final Logger log = LoggerFactory.getLogger(SettingsService.class);
    private static final long PATIENCE_SECONDS = 10;

    private final ProxyView proxy;
    private final LogLevels levels;
    private final Clock clock;
    private final AgreedSettings agreed;
    private final boolean durable;
    private final KnownSettings known;
    private final SettingsHistory history;
    private final Runnable unsubscribe;
    private volatile @Nullable String problem;
    private volatile long applied = -1;
    private long taken = -1;

    /** Starts to apply what is agreed on, beginning with what stands. */
    public SettingsService(ProxyView proxy, LogLevels levels, Clock clock) {
        this.proxy = proxy;
        this.levels = levels;
        this.clock = clock;
        AgreedSettings kept = proxy.agreed();
        this.durable = kept != null;
        this.agreed = kept == null ? new TransientSettings() : kept;
        this.known = new KnownSettings(LiveSettings.of(proxy.config()), levels.level());
        this.history = SettingsHistory.in(proxy.config().fleet().data());
        this.unsubscribe = agreed.subscribe(this::take);
        take(agreed.current());
    }

    /** One setting as it is. */
    public record Setting(String name, String value, String configured, boolean changed, String expected) {}

    /**
     * All settings.
     *
     * @param version of the agreement, grows by one with each change
     * @param applied version that this proxy has applied
     * @param durable whether they survive a restart
     * @param problem why not all of them are applied here; null if they are
     */
    public record State(long version, long applied, boolean durable, @Nullable String changedBy,
            @Nullable String changedAt, @Nullable String problem, List<Setting> settings) {
        /** The parts of one whose values are separated by commas; none if there is none of this name. */
        public List<String> list(String name) {
            return settings.stream().filter(setting -> setting.name().equals(name) && !setting.value().isEmpty())
                    .flatMap(setting -> Stream.of(setting.value().split(","))).toList();
        }
    }

    /** What a change would do, or has done. */
    public record Outcome(long version, boolean dryRun, Map<String, String> before, Map<String, String> after) {}

    public State state() {
        Agreement stands = agreed.current();
        Map<String, String> before = known.texts(Map.of());
        Map<String, String> now = known.texts(known.usable(settings(stands)).values());
        List<Setting> settings = new ArrayList<>();
        KnownSettings.expected().forEach((name, expected) -> settings.add(new Setting(name, now.getOrDefault(name, ""),
                before.getOrDefault(name, ""), stands.value(name) != null, expected)));
        return new State(stands.version(), applied, durable, stands.value(CHANGED_BY), stands.value(CHANGED_AT),
                problem,
                settings);
    }

    /** The version of the agreement. */
    public long version() {
        return agreed.current().version();
    }

    /** The version that this proxy has applied. */
    public long applied() {
        return applied;
    }

    /** Versions that this proxy has seen, the latest first. */
    public List<SettingsHistory.Version> history() {
        return history.versions();
    }

    /**
     * Changes settings, all or none.
     *
     * @param expectedVersion the version the change was made for; null: whatever stands
     * @param set new values by names
     * @param unset names of settings that are to be as configured again
     * @param dryRun whether it is only checked
     * @throws Refusal 400 with every setting that is wrong; 409 if another change came first; 503 if nobody agrees
     */
    public Outcome change(Actor actor, @Nullable Long expectedVersion, Map<String, String> set, Set<String> unset,
            boolean dryRun) throws InterruptedException {
        Agreement stands = agreed.current();
        if (expectedVersion != null && expectedVersion != stands.version()) {
            throw conflict(stands.version());
        }
        Map<String, String> standing = settings(stands);
        List<FieldProblem> unknown = unset.stream()
                .filter(name -> set.containsKey(name)
                        || !(KnownSettings.expected().containsKey(name) || standing.containsKey(name)))
                .map(name -> new FieldProblem("unset", name, set.containsKey(name)
                        ? "not to be set, too"
                        : "the name of a setting"))
                .toList();
        if (!unknown.isEmpty()) {
            throw Refusal.of(unknown);
        }
        Map<String, String> next = new HashMap<>(standing);
        next.putAll(set);
        next.keySet().removeAll(unset);
        KnownSettings.Usable usable = known.usable(standing);
        // What we can't use, other proxies may: it stays, unless this change is about it.
        Map<String, String> checked = new HashMap<>(next);
        checked.keySet().removeIf(name -> usable.problems().containsKey(name) && !set.containsKey(name));
        Map<String, String> before = known.texts(usable.values());
        Map<String, String> after = known.check(checked);
        Map<String, String> changed = new TreeMap<>();
        after.forEach((name, value) -> {
            if (!value.equals(before.get(name))) {
                changed.put(name, value);
            }
        });
        Map<String, String> changedBefore = new TreeMap<>(before);
        changedBefore.keySet().retainAll(changed.keySet());
        if (dryRun || next.equals(standing)) {
            return new Outcome(stands.version(), dryRun, changedBefore, changed);
        }
        Agreement agreement = agree(stands.version(), next, standing.keySet(), actor);
        return new Outcome(agreement.version(), false, changedBefore, changed);
    }

    /**
     * Has all settings be as they were at an earlier version, by a new one.
     *
     * @throws Refusal 404 if that version is not known here
     */
    public Outcome rollBack(Actor actor, long version, boolean dryRun) throws InterruptedException {
        SettingsHistory.Version earlier = history.version(version);
        if (earlier == null) {
            throw Refusal.missing("version of settings", version);
        }
        Agreement stands = agreed.current();
        Set<String> unset = new HashSet<>(settings(stands).keySet());
        unset.removeAll(earlier.values().keySet());
        Map<String, String> set = new HashMap<>(earlier.values());
        set.entrySet().removeAll(settings(stands).entrySet());
        return change(actor, stands.version(), set, unset, dryRun);
    }

    private Agreement agree(long version, Map<String, String> next, Set<String> before, Actor actor)
            throws InterruptedException {
        Map<String, String> put = new HashMap<>(next);
        put.put(CHANGED_BY, actor.name());
        put.put(CHANGED_AT, clock.instant().toString());
        Set<String> removed = new HashSet<>(before);
        removed.removeAll(next.keySet());
        try {
            return agreed.propose(version, new Change(put, removed)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, String.valueOf(e.getMessage()),
                    new FieldProblem("set", String.valueOf(e.getMessage()), "settings that can be agreed on"));
        } catch (TimeoutException e) {
            throw new Refusal(503, "not agreed in " + PATIENCE_SECONDS
                    + " s; it may still come into force: look at the version before trying again",
                    new FieldProblem("agreement", "none yet", "one in " + PATIENCE_SECONDS + " s"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotAgreedException refused) {
                throw switch (refused.reason()) {
                    case CONFLICT -> conflict(agreed.current().version());
                    case FULL -> notAgreed(409, refused);
                    case NO_LEADER, UNCONFIRMED, NOT_WRITTEN -> notAgreed(503, refused);
                };
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static Refusal notAgreed(int status, NotAgreedException refused) {
        String why = String.valueOf(refused.getMessage());
        return new Refusal(status, why, new FieldProblem("agreement", why, "that of a majority of the voters"));
    }

    private static Refusal conflict(long version) {
        return new Refusal(409, "the settings have been changed: version " + version + " stands by now",
                new FieldProblem("version", "one before it", String.valueOf(version)));
    }

    /**
     * Takes in what was agreed on. What this version of the software does not know, or finds wrong, is left out and told; and then the
     * version does not count as applied.
     */
    private synchronized void take(Agreement agreement) {
        if (agreement.version() <= taken) {
            return;
        }
        taken = agreement.version();
        Map<String, String> values = settings(agreement);
        KnownSettings.Usable usable = known.usable(values);
        if (usable.problems().isEmpty()) {
            problem = null;
            applied = agreement.version();
        } else {
            String reason = String.join("; ", usable.problems().values());
            problem = "version " + agreement.version() + ": " + reason;
            log.atWarn().addKeyValue("version", agreement.version()).addKeyValue("reason", reason)
                    .log("Some settings that were agreed on can't be applied here");
        }
        proxy.apply(known.live(usable.values()), Math.max(0, applied));
        levels.level(known.level(usable.values()));
        if (agreement.version() > 0) {
            history.add(new SettingsHistory.Version(agreement.version(), agreement.value(CHANGED_AT),
                    agreement.value(CHANGED_BY), new TreeMap<>(values)));
            log.atInfo().addKeyValue("version", agreement.version())
                    .addKeyValue("by", agreement.value(CHANGED_BY)).log("Settings applied");
        }
    }

    private static Map<String, String> settings(Agreement agreement) {
        Map<String, String> values = new TreeMap<>(agreement.values());
        values.remove(CHANGED_BY);
        values.remove(CHANGED_AT);
        return values;
    }

    /** Stops to apply; the agreement itself is the proxy's. */
    @Override
    public void close() {
        unsubscribe.run();
    }
}
