package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientCommandsTest {
    private static final String OK = "+OK\r\n";

    private final FacadeClient client = new FacadeClient(TestFacades.open(), Listener.CLIENT);

    /** Recorded from Valkey 8.0.1. */
    @Test
    void libraryIsKeptAndChecked() {
        assertThat(client.call("CLIENT", "SETINFO", "lib-name", "jedis(x_y)")).isEqualTo(OK);
        assertThat(client.call("CLIENT", "SETINFO", "LIB-VER", "7.1.0")).isEqualTo(OK);
        assertThat(client.call("CLIENT", "SETINFO", "lib-ver", "7 1"))
                .isEqualTo("-ERR lib-ver cannot contain spaces, newlines or special characters.\r\n");
        assertThat(client.call("CLIENT", "SETINFO", "Lib-Name", "7 1"))
                .isEqualTo("-ERR Lib-Name cannot contain spaces, newlines or special characters.\r\n");
        assertThat(client.call("CLIENT", "SETINFO", "f\r\noo", "7 1"))
                .isEqualTo("-ERR Unrecognized option 'f  oo'\r\n");
        assertThat(client.call("CLIENT", "SETINFO", "lib-name"))
                .isEqualTo("-ERR wrong number of arguments for 'client|setinfo' command\r\n");
        assertThat(client.state.libraryName()).isEqualTo("jedis(x_y)");
        assertThat(client.state.libraryVersion()).isEqualTo("7.1.0");
        assertThat(client.call("CLIENT", "SETINFO", "lib-name", "")).isEqualTo(OK);
        assertThat(client.state.libraryName()).isEmpty();
    }

    /** Recorded from Valkey 8.0.1. */
    @Test
    void switchesAreKeptAndChecked() {
        assertThat(client.call("CLIENT", "NO-TOUCH", "ON")).isEqualTo(OK);
        assertThat(client.state.noTouch()).isTrue();
        assertThat(client.call("CLIENT", "NO-TOUCH", "maybe")).isEqualTo("-ERR syntax error\r\n");
        assertThat(client.state.noTouch()).isTrue();
        assertThat(client.call("CLIENT", "NO-TOUCH", "off")).isEqualTo(OK);
        assertThat(client.state.noTouch()).isFalse();
        assertThat(client.call("CLIENT", "CAPA", "redirect", "foo")).isEqualTo(OK);
    }

    @Test
    void infoHasTheSessionsFields() {
        // Given
        client.call("CLIENT", "SETNAME", "neo");
        client.call("CLIENT", "SETINFO", "lib-name", "lettuce");
        client.call("CLIENT", "SETINFO", "lib-ver", "7.7");
        client.call("CLIENT", "NO-EVICT", "on");
        client.call("READONLY");
        client.state.countBytesIn(120);
        client.state.countBytesOut(80);
        client.state.countCommand();
        client.state.lastSeenMillis(FacadeClient.CONNECTED_AT + 60_000);

        // When
        String reply = client.call("CLIENT", "INFO");

        // Then
        String line = "id=7 addr=192.0.2.1:50000 laddr=198.51.100.9:6379 fd=-1 name=neo age=61 idle=1 flags=re db=0 sub=0"
                + " psub=0 ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0"
                + " omem=0 tot-mem=0 events=r cmd=client|info user=default redir=-1 resp=2 lib-name=lettuce lib-ver=7.7"
                + " tot-net-in=120 tot-net-out=80 tot-cmds=1\n";
        assertThat(reply).isEqualTo("$" + line.length() + "\r\n" + line + "\r\n");
    }

    @Test
    void infoIsVerbatimTextInResp3() {
        client.call("HELLO", "3");
        assertThat(client.call("CLIENT", "INFO"))
                .matches("=\\d+\r\ntxt:id=7 [^\r\n]+ flags=N [^\r\n]+ resp=3 [^\r\n]+\n\r\n");
    }

    /** Fields and their order as Valkey 8.0.1 has them. */
    @Test
    void infoHasTheServersFieldsInItsOrder() {
        String recorded = "id=3 addr=127.0.0.1:57134 laddr=127.0.0.1:27001 fd=9 name=zed age=0 idle=0 flags=r db=1 sub=0 psub=0"
                + " ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0"
                + " tot-mem=17306 events=r cmd=client|info user=default redir=-1 resp=2 lib-name= lib-ver= tot-net-in=1120"
                + " tot-net-out=2070 tot-cmds=36";
        String ours = ClientLine.of(client.state, "client|info", 0, FacadeClient.CONNECTED_AT);
        assertThat(fields(ours)).isEqualTo(fields(recorded));
    }

    @Test
    void ipv6AddressesStandInBrackets() {
        ClientState state = new ClientState(1, Listener.CLIENT, new InetSocketAddress("2001:db8::1", 50000),
                new InetSocketAddress("2001:db8::2:0", 6379), 0, true);
        assertThat(ClientLine.of(state, "client|info", 0, 0))
                .contains(" addr=[2001:db8::1]:50000 laddr=[2001:db8::2:0]:6379 ");
    }

    @Test
    void repliesCanBeSwitchedOff() {
        assertThat(client.call("CLIENT", "REPLY", "SKIP")).isEmpty();
        assertThat(client.state.replies()).isEqualTo(ReplyMode.SKIP_NEXT);
        assertThat(client.call("CLIENT", "REPLY", "OFF")).isEmpty();
        assertThat(client.call("CLIENT", "REPLY", "SKIP")).isEmpty();
        assertThat(client.state.replies()).isEqualTo(ReplyMode.OFF);
        assertThat(client.call("CLIENT", "REPLY", "maybe")).isEqualTo("-ERR syntax error\r\n");
        assertThat(client.call("CLIENT", "REPLY", "ON")).isEqualTo(OK);
        assertThat(client.state.replies()).isEqualTo(ReplyMode.ON);
        client.call("CLIENT", "REPLY", "OFF");
        assertThat(client.call("RESET")).isEqualTo("+RESET\r\n");
        assertThat(client.state.replies()).isEqualTo(ReplyMode.ON);
    }

    /** Recorded from Valkey 8.0.1. */
    @Test
    void whoDoesNotTrackIsToldSo() {
        assertThat(client.call("CLIENT", "GETREDIR")).isEqualTo(":-1\r\n");
        assertThat(client.call("CLIENT", "TRACKINGINFO")).isEqualTo(
                "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n");
        assertThat(client.call("CLIENT", "CACHING", "yes")).isEqualTo("-ERR CLIENT CACHING can be called only when the"
                + " client is in tracking mode with OPTIN or OPTOUT mode enabled\r\n");
        client.call("HELLO", "3");
        assertThat(client.call("CLIENT", "TRACKINGINFO")).isEqualTo(
                "%3\r\n$5\r\nflags\r\n~1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n");
    }

    @Test
    void flagsAreTheServers() {
        client.state.subscriptions(1, 2, 3);
        client.state.transaction(4, 5);
        client.state.blocked(true);
        assertThat(ClientLine.of(client.state, "get", 9, FacadeClient.CONNECTED_AT))
                .contains(" flags=Pxb ", " sub=1 psub=2 ssub=3 multi=4 watch=5 ", " omem=9 ", " cmd=get ");
    }

    @Test
    void quitEndsTheConnectionBehindItsReply() {
        assertThat(client.state.closeAfterReply()).isFalse();
        assertThat(client.call("QUIT")).isEqualTo(OK);
        assertThat(client.state.closeAfterReply()).isTrue();
    }

    @Test
    void readsMayGoToReplicasByPortOrByCommand() {
        assertThat(client.state.readsFromReplicas()).isFalse();
        client.call("READONLY");
        assertThat(client.state.readsFromReplicas()).isTrue();
        client.call("READWRITE");
        assertThat(client.state.readsFromReplicas()).isFalse();
        FacadeClient reader = new FacadeClient(TestFacades.open(), Listener.READ);
        reader.call("READWRITE");
        assertThat(reader.state.readsFromReplicas()).isTrue();
    }

    @Test
    void helpHasAsManyLinesAsItSays() {
        for (String container : List.of("CLIENT", "CLUSTER")) {
            String reply = client.call(container, "HELP");
            List<String> lines = reply.lines().toList();
            assertThat(lines.getFirst()).isEqualTo("*" + (lines.size() - 1));
            assertThat(lines.get(1))
                    .isEqualTo("+" + container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
            assertThat(lines).last().isEqualTo("+    Print this help.");
        }
    }

    @Test
    void maySayThatItIsOneServer() {
        FacadeClient standalone = new FacadeClient(TestFacades.standalone(), Listener.CLIENT);
        assertThat(standalone.call("HELLO", "2")).contains("$4\r\nmode\r\n$10\r\nstandalone\r\n");
        for (String subcommand : List.of("SLOTS", "INFO", "NODES", "MYID")) {
            assertThat(standalone.call("CLUSTER", subcommand))
                    .isEqualTo("-ERR This instance has cluster support disabled\r\n");
        }
        assertThat(standalone.call("CLUSTER", "COUNTKEYSINSLOT", "1"))
                .isEqualTo("-ERR This instance has cluster support disabled\r\n");
    }

    private static List<String> fields(String line) {
        return Arrays.stream(line.split(" ")).map(field -> field.substring(0, field.indexOf('='))).toList();
    }
}
