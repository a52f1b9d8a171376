package io.slotgate.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** A plain connection: what was written to it last and not answered is what may have been lost. */
record WireLoadClient(Wire wire) implements LoadClient {
    @Override
    public void pipeline(List<String[]> commands, Sink replies) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String[] command : commands) {
            bytes.writeBytes(Wire.command(command));
        }
        wire.write(bytes.toByteArray());
        for (int i = 0; i < commands.size(); i++) {
            Object reply = wire.read();
            replies.reply(i, reply, System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
