package dev.sluice.drop.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Text of another encoding as UTF-8. What the encoding does not have becomes the byte 0xFF, which UTF-8 does
/// not have either, so that the row it stands in is found bad, and no other.
final class Utf8Input extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte NO_CHARACTER = (byte) 0xff;

    private final InputStream in;
    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private final ByteBuffer packed = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private final CharBuffer characters = CharBuffer.allocate(BUFFER_BYTES).limit(0);
    private final ByteBuffer utf8 = ByteBuffer.allocate(4 * BUFFER_BYTES).limit(0);
    private boolean ended;

    Utf8Input(InputStream in, String encoding) {
        this.in = in;
        this.decoder = Charset.forName(encoding)
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int count) throws IOException {
        while (!utf8.hasRemaining()) {
            if (ended && !packed.hasRemaining()) {
                return -1;
            }
            decode();
        }
        int read = Math.min(count, utf8.remaining());
        utf8.get(buffer, from, read);
        return read;
    }

    private void decode() throws IOException {
        packed.compact();
        int read = in.read(packed.array(), packed.position(), packed.remaining());
        ended = read < 0;
        packed.position(packed.position() + Math.max(0, read));
        packed.flip();
        characters.clear();
        CoderResult result = decoder.decode(packed, characters, ended);
        characters.flip();
        utf8.clear();
        encoder.encode(characters, utf8, false);
        if (result.isError()) {
            packed.position(packed.position() + result.length());
            utf8.put(NO_CHARACTER);
        }
        utf8.flip();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
