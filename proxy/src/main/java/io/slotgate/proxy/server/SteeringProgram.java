package io.slotgate.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel runs to choose among the sockets that share a port: any but ours. Classic BPF, which needs no rights.
 *
 * <pre>
 *   A = random; A = A mod others; if (A >= own) A = A + 1; return A
 * </pre>
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/filter.html">Linux socket filtering</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7), SO_ATTACH_REUSEPORT_CBPF</a>
 */
final class SteeringProgram {
    /** {@code struct sock_fprog}: how many instructions, and where they are. */
    static final int SIZE = 16;
    private static final int LOAD_ABSOLUTE = 0x20;
    private static final int MODULO = 0x94;
    private static final int JUMP_IF_NOT_LESS = 0x35;
    private static final int ADD = 0x04;
    private static final int RETURN = 0x16;
    /** SKF_AD_OFF + SKF_AD_RANDOM. */
    private static final int RANDOM = -0x1000 + 56;
    private static final int INSTRUCTIONS = 5;

    private SteeringProgram() {}

    /** Hands the program over as the value of the socket option. */
    interface Use {
        void attach(ByteBuffer value);
    }

    /**
     * @param own place of our socket among those that share the port, from 0
     * @param others how many there are beside it, at least 1
     */
    static void with(int own, int others, Use use) {
        ByteBuf code = Unpooled.directBuffer(INSTRUCTIONS * 8);
        try {
            ByteBuffer program = code.internalNioBuffer(0, INSTRUCTIONS * 8).order(ByteOrder.nativeOrder());
            instruction(program, LOAD_ABSOLUTE, 0, 0, RANDOM);
            instruction(program, MODULO, 0, 0, others);
            instruction(program, JUMP_IF_NOT_LESS, 0, 1, own);
            instruction(program, ADD, 0, 0, 1);
            instruction(program, RETURN, 0, 0, 0);
            ByteBuffer value = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
            value.putShort(0, (short) INSTRUCTIONS).putLong(8, code.memoryAddress());
            // The kernel copies it.
            use.attach(value);
        } finally {
            code.release();
        }
    }

    private static void instruction(ByteBuffer program, int code, int jumpTrue, int jumpFalse, int operand) {
        program.putShort((short) code).put((byte) jumpTrue).put((byte) jumpFalse).putInt(operand);
    }
}
