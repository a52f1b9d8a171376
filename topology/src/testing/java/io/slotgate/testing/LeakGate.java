package io.slotgate.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer (or whatever else Netty tracks) was collected that nobody had released.
 * Registered for every test class by the service loader, before Netty makes its first buffer.
 */
public final class LeakGate implements AfterAllCallback {
    private static final LeakRecorder RECORDER = install();

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        List<String> leaks = RECORDER.takeLeaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaks (expected: none)\n" + String.join("\n", leaks));
        }
    }

    private static LeakRecorder install() {
        LeakRecorder recorder = new LeakRecorder();
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(recorder);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        return recorder;
    }
}
