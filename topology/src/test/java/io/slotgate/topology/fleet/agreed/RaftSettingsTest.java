package io.slotgate.topology.fleet.agreed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jgroups.JChannel;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members of one process that agree by raft; with proxies and a network between them: AgreedSettingsIT. */
@Timeout(120)
class RaftSettingsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> VOTERS = List.of("a", "b", "c");

    @TempDir
    Path folder;
    private final List<JChannel> channels = new ArrayList<>();
    private final List<RaftSettings> members = new ArrayList<>();

    @AfterEach
    void leave() {
        members.forEach(RaftSettings::close);
        channels.forEach(JChannel::close);
    }

    /** @param repeatMillis how long the leader waits until it repeats what it has told */
    private void join(String name, long repeatMillis) throws Exception {
        RaftSettings member = new RaftSettings(name, VOTERS, folder.resolve(name));
        List<Protocol> raft = member.protocols();
        raft.forEach(protocol -> {
            if (protocol instanceof RAFT it) {
                it.resendInterval(repeatMillis);
            }
        });
        List<Protocol> stack = new ArrayList<>(List.of(new SHARED_LOOPBACK(), new SHARED_LOOPBACK_PING(),
                new NAKACK2().useMcastXmit(false), new UNICAST3(), new STABLE(), raft.getFirst(),
                new GMS().printLocalAddress(false), new FRAG4()));
        stack.addAll(raft.subList(1, raft.size()));
        JChannel channel = new JChannel(stack).name(name);
        member.on(channel);
        channels.add(channel);
        members.add(member);
        channel.connect("RaftSettingsTest");
    }

    @Test
    void allHearAtOnceThatAChangeIsInForce() throws Exception {
        for (String name : VOTERS) {
            join(name, TimeUnit.HOURS.toMillis(1));
        }
        await().atMost(PATIENCE).until(() -> channels.stream()
                .allMatch(channel -> channel.getProtocolStack().<RAFT>findProtocol(RAFT.class).leader() != null));

        // Whoever leads, two of them follow.
        for (int i = 0; i < members.size(); i++) {
            Agreement agreed = members.get(i).propose(i, Change.put("name", "value" + i))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(agreed.version()).isEqualTo(i + 1);
            await().atMost(PATIENCE).until(() -> members.stream()
                    .allMatch(member -> member.current().version() == agreed.version()));
        }
    }
}
