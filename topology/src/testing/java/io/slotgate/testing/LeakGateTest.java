package io.slotgate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakGateTest {
    private final LeakRecorder recorder = new LeakRecorder();
    private final ResourceLeakDetector<Object> detector = recorder.newResourceLeakDetector(Object.class, 1);

    @Test
    void recordsWhatWasDroppedButNotReleased() throws InterruptedException {
        leak();

        assertThat(recorder.takeLeaks()).singleElement().asString().contains("Object was not released", "LeakGateTest");
        assertThat(recorder.takeLeaks()).as("a second time").isEmpty();
    }

    @Test
    void recordsNothingForWhatWasReleasedOrIsStillHeld() throws InterruptedException {
        List<Object> held = new ArrayList<>();
        release();
        Object resource = new Object();
        held.add(resource);
        held.add(detector.track(resource));

        assertThat(recorder.takeLeaks()).isEmpty();
        assertThat(held).hasSize(2);
    }

    @Test
    void isInstalledInEveryRunBeforeTheFirstBuffer() {
        assertThat(ResourceLeakDetectorFactory.instance()).isInstanceOf(LeakRecorder.class);
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(8);
        assertThat(buffer.getClass().getSimpleName()).contains("LeakAware");
        buffer.release();
    }

    private void leak() {
        detector.track(new Object());
    }

    private void release() {
        Object resource = new Object();
        ResourceLeakTracker<Object> tracker = detector.track(resource);
        tracker.close(resource);
    }
}
