package io.slotgate.admin.http;

import io.javalin.http.Context;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of the admin port, at most {@value #MOST}. Whoever comes when there are so many is let in, and another one is closed
 * for him: of those that don't wait for the answer to a request that was admitted, the one that sent nothing for longest, from the
 * address that has most of them. So health checks get through, whoever holds connections open. Any thread.
 */
public final class ConnectionPlaces implements Connection.Listener, HttpConfiguration.Customizer {
    public static final int MOST = 64;
    /** How many may be kept, so that there is always one to close. */
    private static final int MOST_KEPT = 48;
    private static final String ATTRIBUTE = "slotgate.place";
    private static final Logger log = LoggerFactory.getLogger(ConnectionPlaces.class);

    /** The one whose last request is oldest is first. */
    private final Map<EndPoint, Place> places = new LinkedHashMap<>(16, 0.75f, true);
    private int kept;

    /** Of one connection. */
    private final class Place {
        private final String address;
        private boolean isKept;

        Place(String address) {
            this.address = address;
        }

        void keep() {
            synchronized (ConnectionPlaces.this) {
                if (!isKept && kept < MOST_KEPT) {
                    isKept = true;
                    kept++;
                }
            }
        }

        void release() {
            synchronized (ConnectionPlaces.this) {
                if (isKept) {
                    isKept = false;
                    kept--;
                }
            }
        }
    }

    /** The connection of this request is not closed before it is answered: who sent it may do so. */
    public static void keep(Context context) {
        Place place = context.attribute(ATTRIBUTE);
        if (place != null) {
            place.keep();
        }
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint leaving = enter(socket(connection.getEndPoint()));
        if (leaving != null) {
            log.atDebug().addKeyValue("address", address(leaving)).addKeyValue("connections", MOST)
                    .log("A connection of the admin API is closed for another one");
            leaving.close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        leave(socket(connection.getEndPoint()));
    }

    /** A request came. */
    @Override
    public Request customize(Request request, HttpFields.Mutable headers) {
        Place place = at(socket(request.getConnectionMetaData().getConnection().getEndPoint()));
        if (place != null) {
            request.setAttribute(ATTRIBUTE, place);
            Request.addCompletionListener(request, failure -> place.release());
        }
        return request;
    }

    /** Over TLS there are two connections, one within the other, and one socket. */
    private static EndPoint socket(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return socket;
    }

    private static String address(EndPoint socket) {
        return socket.getRemoteSocketAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "";
    }

    /** Takes one in, and gives the one that has to leave for it. */
    private synchronized @Nullable EndPoint enter(EndPoint socket) {
        if (places.putIfAbsent(socket, new Place(address(socket))) != null || places.size() <= MOST) {
            return null;
        }
        EndPoint leaving = expendable();
        if (leaving != null) {
            places.remove(leaving);
        }
        return leaving;
    }

    private @Nullable EndPoint expendable() {
        Map<String, Integer> byAddress = new HashMap<>();
        for (Place place : places.values()) {
            if (!place.isKept) {
                byAddress.merge(place.address, 1, Integer::sum);
            }
        }
        EndPoint chosen = null;
        int most = 0;
        for (Map.Entry<EndPoint, Place> each : places.entrySet()) {
            Place place = each.getValue();
            int count = place.isKept ? 0 : Objects.requireNonNull(byAddress.get(place.address));
            if (count > most) {
                most = count;
                chosen = each.getKey();
            }
        }
        return chosen;
    }

    private synchronized void leave(EndPoint socket) {
        Place place = places.remove(socket);
        if (place != null) {
            place.release();
        }
    }

    private synchronized @Nullable Place at(EndPoint socket) {
        return places.get(socket);
    }
}
