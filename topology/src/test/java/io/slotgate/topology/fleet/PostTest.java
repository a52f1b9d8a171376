package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.fleet.FleetMessage.Digest;
import io.slotgate.topology.fleet.FleetMessage.Question;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostTest {
    private final FleetCounters counters = new FleetCounters();
    private final List<byte[]> sent = new ArrayList<>();
    private final Post<Integer> post = new Post<>(new Outbox<>() {
        @Override
        public void toAll(byte[] message) {
            sent.add(message);
        }

        @Override
        public void to(Integer member, byte[] message) {
            sent.add(message);
        }
    }, counters);

    @Test
    void countsWhatComesAndGoes() {
        post.toAll(new Digest(5));
        post.to(1, new Question(6, 7));

        assertThat(sent).extracting(post::read).containsExactly(new Digest(5), new Question(6, 7));
        assertThat(counters.messagesOut()).isEqualTo(2);
        assertThat(counters.messagesIn()).isEqualTo(2);
        assertThat(counters.bytesOut()).isEqualTo(counters.bytesIn()).isPositive();
        assertThat(counters.malformed()).isZero();
    }

    @Test
    void countsWhatItCanNotRead() {
        assertThat(post.read(new byte[]{1, 2, 3})).isNull();
        byte[] ofLater = FleetCodec.encode(new Question(1, 2));
        ofLater[2] = 77;
        assertThat(post.read(ofLater)).isNull();

        assertThat(counters.malformed()).isEqualTo(2);
        assertThat(counters.bytesIn()).isEqualTo(3 + ofLater.length);
    }
}
