package dev.sluice.adapter.s3;

import dev.sluice.model.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// An object's content. A connection that breaks while reading is `StoreUnavailable`, as for every other
/// request; closing before the end drops the connection rather than reading the rest of a large object.
final class ObjectInputStream extends InputStream {
    private final ResponseInputStream<GetObjectResponse> in;
    private final String place;
    private boolean ended;
    private boolean closed;

    ObjectInputStream(ResponseInputStream<GetObjectResponse> in, String place) {
        this.in = in;
        this.place = place;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        try {
            int count = in.read(buffer, start, length);
            ended |= count < 0;
            return count;
        } catch (IOException | SdkException e) {
            throw new StoreUnavailable("read " + place + ": the connection broke or a checksum differs", e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!ended) {
            in.abort();
            return;
        }
        try {
            in.close();
        } catch (IOException | SdkException e) {
            throw new StoreUnavailable("read " + place + ": the connection broke at its end", e);
        }
    }
}
