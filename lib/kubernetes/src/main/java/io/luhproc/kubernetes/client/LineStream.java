package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.kubernetes.client.ApiException.Kind;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a body that arrives over a long time. The server is not read faster than the lines
 * are taken. {@link #next} is called by one thread, {@link #close} by any.
 */
public final class LineStream implements BodySubscriber<LineStream>, AutoCloseable {
  /** The longest line; a longer one is given in pieces. */
  static final int MAX_LINE_BYTES = 4 << 20;

  private static final Signal END = new Signal(null);

  /** The end of the body. */
  private record Signal(@Nullable Throwable failure) {}

  private final String request;
  // Chunks of the body, or a Signal. At most one chunk is requested at a time.
  private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
  private final CompletableFuture<LineStream> self = CompletableFuture.completedFuture(this);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Optional<InnerStamps> stamps;
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private @Nullable Signal end;
  private volatile @Nullable Subscription subscription;
  private volatile boolean closed;

  /**
   * Creates a stream.
   *
   * @param stamped whether each line begins with a stamp
   */
  LineStream(String request, boolean stamped) {
    this.request = request;
    this.stamps = stamped ? Optional.of(new InnerStamps()) : Optional.empty();
  }

  /** What {@link #next} returned: a line, or why there is none. */
  public enum State {
    /** There is a line. */
    LINE,
    /** The server ended the body. */
    ENDED,
    /** Nothing arrived in time; the connection may be dead. */
    SILENT
  }

  /**
   * A line, or why there is none.
   *
   * @param state which of these it is
   * @param text the line without its line feed; empty if there is none
   * @param partial whether another piece of the same line follows
   */
  public record Next(State state, String text, boolean partial) {
    private static final Next SILENT = new Next(State.SILENT, "", false);
    private static final Next ENDED = new Next(State.ENDED, "", false);
  }

  /**
   * Waits for the next line.
   *
   * @param silence how long nothing may arrive
   * @throws ApiException if the connection breaks
   * @throws InterruptedException if the thread is interrupted
   */
  public Next next(Duration silence) throws InterruptedException {
    while (true) {
      Optional<Next> complete = takeLine();
      if (complete.isPresent()) {
        return complete.get();
      }
      Signal last = end;
      if (last != null) {
        return atEnd(last);
      }
      Object next = arrived.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return Next.SILENT;
      }
      if (next instanceof Signal signal) {
        end = signal;
      } else {
        chunk = (ByteBuffer) next;
        requestChunk();
      }
    }
  }

  private Optional<Next> takeLine() {
    while (chunk.hasRemaining()) {
      byte b = chunk.get();
      if (b == '\n') {
        return Optional.of(takeEnd());
      }
      if (stamps.isPresent()) {
        stamps.get().add(b, line);
      } else {
        line.write(b);
      }
      if (line.size() >= MAX_LINE_BYTES) {
        return Optional.of(takeBytes(true));
      }
    }
    return Optional.empty();
  }

  private Next takeEnd() {
    stamps.ifPresent(it -> it.end(line));
    return takeBytes(false);
  }

  private Next takeBytes(boolean partial) {
    Next next = new Next(State.LINE, line.toString(UTF_8), partial);
    line.reset();
    return next;
  }

  private Next atEnd(Signal last) {
    if (last.failure() != null && !closed) {
      throw new ApiException(
          Kind.BAD_RESPONSE, "cannot " + request + ": the response broke off", last.failure());
    }
    Next rest = takeEnd();
    return rest.text().isEmpty() ? Next.ENDED : rest;
  }

  @Override
  public CompletionStage<LineStream> getBody() {
    return self;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    if (closed) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  private void requestChunk() {
    Subscription current = subscription;
    if (current != null) {
      current.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    int size = 0;
    for (ByteBuffer buffer : buffers) {
      size += buffer.remaining();
    }
    ByteBuffer joined = ByteBuffer.allocate(size);
    buffers.forEach(joined::put);
    arrived.add(joined.flip());
  }

  @Override
  public void onError(Throwable failure) {
    arrived.add(new Signal(failure));
  }

  @Override
  public void onComplete() {
    arrived.add(END);
  }

  /** Closes the connection. A waiting {@link #next} returns that the body has ended. */
  @Override
  public void close() {
    closed = true;
    Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    arrived.add(END);
  }
}
