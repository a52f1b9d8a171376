package io.slotgate.proxy.observe;

import java.util.List;

/**
 * What proxies in front of one cluster saw, put together. Immutable.
 *
 * @param proxies names of those whose figures these are, the one that tells first
 * @param missing names of those that are of the fleet, but have not said what they saw
 */
public record OfProxies<T>(T figures, List<String> proxies, List<String> missing) {
    public OfProxies {
        proxies = List.copyOf(proxies);
        missing = List.copyOf(missing);
    }
}
