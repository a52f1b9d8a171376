package io.slotgate.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes leak detectors that keep what they find, where Netty's own only log it (and don't even look, if no logger is
 * bound). Any thread.
 */
final class LeakRecorder extends ResourceLeakDetectorFactory {
    private static final Duration COLLECTION = Duration.ofSeconds(30);

    private final List<Detector<?>> detectors = new CopyOnWriteArrayList<>();
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private final LongAdder tracked = new LongAdder();
    private long trackedBefore;

    @Override
    @SuppressWarnings("deprecation") // abstract in Netty, so there is no way around it
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval, long maxActive) {
        Detector<T> detector = new Detector<>(resource, interval);
        detectors.add(detector);
        return detector;
    }

    /**
     * Collects garbage and takes what leaked since the last call: per leak the resource and where it was last touched.
     * Does nothing if nothing was tracked in between.
     */
    synchronized List<String> takeLeaks() throws InterruptedException {
        if (tracked.sum() != trackedBefore) {
            // References of one collection are enqueued in any order; those of the collection before it are all there.
            collectGarbage();
            collectGarbage();
            detectors.forEach(Detector::report);
            trackedBefore = tracked.sum();
        }
        List<String> taken = new ArrayList<>();
        for (String leak = leaks.poll(); leak != null; leak = leaks.poll()) {
            taken.add(leak);
        }
        return taken;
    }

    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
        try {
            System.gc();
            if (queue.remove(COLLECTION.toMillis()) == null) {
                throw new IllegalStateException("no garbage collected in " + COLLECTION + "; is System.gc() disabled?");
            }
        } finally {
            Reference.reachabilityFence(sentinel);
        }
    }

    private final class Detector<T> extends ResourceLeakDetector<T> {
        @SuppressWarnings("deprecation") // the factory's abstract method asks for an interval
        Detector(Class<T> resource, int interval) {
            super(resource, interval);
        }

        @Override
        public ResourceLeakTracker<T> track(T resource) {
            tracked.increment();
            return super.track(resource);
        }

        /** Tracks something, which is when a detector looks at what was collected. */
        @SuppressWarnings("unchecked")
        void report() {
            T resource = (T) new Object();
            super.track(resource).close(resource);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            leaks.add(resourceType + " was not released:" + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            leaks.add(resourceType + " was not released");
        }
    }
}
