package io.slotgate.admin.settings;

import io.slotgate.admin.view.FakeProxy;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import java.nio.file.Path;

/** A proxy with a folder for what has to survive it; remembers the version it was told to apply. */
final class KeepingProxy extends FakeProxy {
    private final SlotgateConfig kept;
    volatile long version = -1;

    KeepingProxy(Path folder, AgreedSettings agreed) {
        this.kept = new SlotgateConfig(config.listen(), config.upstream(), config.topology(), config.workers(),
                config.transport(), config.auth(), config.limits(), config.admin(), config.zone(),
                config.fleet().withData(folder), config.clusterEnabled(), config.reads(), config.drainTimeout(),
                config.dns(),
                config.allow());
        this.agreed = agreed;
    }

    @Override
    public SlotgateConfig config() {
        return kept;
    }

    @Override
    public void apply(LiveSettings changed, long applied) {
        super.apply(changed, applied);
        version = applied;
    }
}
