package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides whom a refresh asks, and whom next if one does not answer. First come nodes that somebody has news of (named
 * by a redirect, lost), then those asked longest ago, so that every node is asked in its turn; failed nodes and then
 * seeds come last. For one thread.
 */
final class ProbePlan {
    private final List<HostPort> seeds;
    private final Map<HostPort, Long> lastAsked = new HashMap<>();
    private final Set<HostPort> inTheNews = new LinkedHashSet<>();
    private Set<HostPort> latestNews = Set.of();

    ProbePlan(List<HostPort> seeds) {
        this.seeds = seeds;
    }

    /** Has {@code address} asked before others in the next refresh. */
    void news(HostPort address) {
        inTheNews.add(address);
    }

    /**
     * Notes that the refresh could not ask {@code address}, because an answer is awaited that may have been given before the news.
     *
     * @return whether there was news of it, which it then is for the next refresh, too
     */
    boolean postpone(HostPort address) {
        return latestNews.contains(address) && inTheNews.add(address);
    }

    /** Notes that the refresh of this round asks {@code address}. */
    void asked(HostPort address, long round) {
        lastAsked.put(address, round);
    }

    /** Addresses asked in this round or later. */
    Set<HostPort> askedSince(long round) {
        return lastAsked.entrySet().stream().filter(asked -> asked.getValue() >= round).map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** All addresses worth asking in the next refresh, best first, each once; what was news is none afterwards. */
    List<HostPort> nextRefresh(SlotMap map) {
        Set<HostPort> candidates = new LinkedHashSet<>(inTheNews);
        latestNews = Set.copyOf(inTheNews);
        inTheNews.clear();
        candidates.addAll(addresses(map));
        lastAsked.keySet().retainAll(candidates);
        return List.copyOf(candidates);
    }

    /** All addresses known, those of nodes that are well first. */
    Set<HostPort> addresses(SlotMap map) {
        List<Node> nodes = new ArrayList<>(map.nodes());
        nodes.sort(Comparator.comparing((Node node) -> node.health() == Health.FAILED)
                .thenComparing(node -> lastAsked.getOrDefault(node.address(), -1L))
                .thenComparing(Node::id));
        Set<HostPort> addresses = new LinkedHashSet<>();
        nodes.forEach(node -> addresses.add(node.address()));
        addresses.addAll(seeds);
        return addresses;
    }

    /** Whether a node is there, and not failed, that was never asked: its zone may not be known yet. */
    boolean hasStrangers(SlotMap map) {
        return map.nodes().stream()
                .anyMatch(node -> node.health() != Health.FAILED && !lastAsked.containsKey(node.address()));
    }
}
