package io.luhproc.worker.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogPosition;
import io.luhproc.log.LogStream;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.posix.LockFile;
import io.luhproc.posix.Posix;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the log of one run of a worker from its engine to the process directory, where {@link
 * ProcessLog} reads it like every other log, also when the engine has forgotten it.
 *
 * <p>Each line is copied once, also if this process is killed in between: the file {@code mirror}
 * has a cursor and the end of the local log at that cursor, and what the local log has beyond it is
 * not copied again. One process at a time copies; the others read what it copies.
 */
public final class LogMirror implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(LogMirror.class);
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MIN_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

  private final WorkerEngine engine;
  private final WorkerKey key;
  private final String incarnation;
  private final ProcessDirectory directory;
  private final LogPolicy policy;
  private final TimeSource time;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private @Nullable Thread thread;
  private @Nullable EngineLog open;
  private boolean closed;

  /**
   * Creates a mirror; copies nothing.
   *
   * @param directory the process directory, which exists
   */
  public LogMirror(
      WorkerEngine engine,
      WorkerKey key,
      String incarnation,
      ProcessDirectory directory,
      LogPolicy policy,
      TimeSource time) {
    this.engine = engine;
    this.key = key;
    this.incarnation = incarnation;
    this.directory = directory;
    this.policy = policy;
    this.time = time;
  }

  /**
   * Delivers the lines of the run that are copied, and those that will be, to a listener. Called
   * before {@link #follow()}.
   *
   * @return the subscription, to be closed by the caller
   * @throws LuhprocException if a file cannot be read
   */
  public LogSubscription followCopied(LogListener listener) {
    return ProcessLog.of(directory.path()).both().followFrom(readState().start(), listener);
  }

  /**
   * Copies what the engine has now. Does nothing if another process copies.
   *
   * @throws EngineUnavailableException if the engine gives no answer
   */
  public void update() {
    try {
      boolean ignored = copy(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while copying the log of " + key, e);
    }
  }

  /** Copies on a thread until the run has ended. A second call does nothing. */
  public synchronized void follow() {
    if (thread == null && !closed) {
      thread = Threads.daemon("log-mirror", this::followUntilEnd);
      thread.start();
    }
  }

  /** Waits until {@link #follow()} has opened the log, or for the timeout. */
  public void awaitOpen(Duration timeout) throws InterruptedException {
    boolean ignored = opened.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until {@link #follow()} has copied the last line, or for the timeout. */
  public void awaitEnd(Duration timeout) throws InterruptedException {
    boolean ignored = finished.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns whether {@link #follow()} goes on. */
  public synchronized boolean isCopying() {
    return thread != null && finished.getCount() > 0;
  }

  private void followUntilEnd() {
    Duration pause = MIN_PAUSE;
    try {
      while (!isClosed()) {
        try {
          if (copy(true)) {
            return;
          }
          pause = MIN_PAUSE;
        } catch (LuhprocException e) {
          LOGGER.debug("cannot copy the log of {}; trying again in {}", key, pause, e);
          pause =
              pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
        time.sleep(pause);
      }
    } catch (InterruptedException ignored) {
      // Interrupted by close().
    } finally {
      opened.countDown();
      finished.countDown();
    }
  }

  /** Copies lines to the end of the log; returns whether nothing more can come. */
  private boolean copy(boolean follow) throws InterruptedException {
    try (LockFile lock = new LockFile(directory.mirrorLock())) {
      if (!tryAcquire(lock)) {
        return false;
      }
      directory.createLogFiles();
      MirrorState state = readState();
      if (state.complete()) {
        return true;
      }
      try (EngineLog log = openLog(state, follow);
          Writer writer = new Writer(state)) {
        for (EngineLog.Line line = log.next(); line != null; line = log.next()) {
          writer.write(line);
        }
        EngineLog.End end = log.end().orElse(EngineLog.End.UP_TO_DATE);
        boolean complete = end == EngineLog.End.COMPLETE || end == EngineLog.End.GONE;
        writer.complete = complete;
        return complete;
      } finally {
        setOpen(null);
      }
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot copy the log of " + key + " to " + directory + ": " + e.getMessage(), e);
    }
  }

  private static boolean tryAcquire(LockFile lock) {
    try {
      lock.acquire();
      return true;
    } catch (IOException e) {
      LOGGER.debug("not copying a log", e);
      return false;
    }
  }

  private EngineLog openLog(MirrorState state, boolean follow) {
    EngineLog log = engine.log(key, incarnation, state.cursor(), follow);
    setOpen(log);
    if (follow) {
      opened.countDown();
    }
    return log;
  }

  private MirrorState readState() {
    return directory
        .readMirror()
        .flatMap(MirrorState::decode)
        .filter(it -> it.incarnation().equals(incarnation))
        .orElseGet(() -> MirrorState.atBeginning(incarnation, localEnd()));
  }

  private LogPosition localEnd() {
    return ProcessLog.of(directory.path()).both().endPosition();
  }

  private synchronized void setOpen(@Nullable EngineLog log) {
    open = log;
    if (closed && log != null) {
      log.close();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends the copying, if it goes on; waits at most 2 s for the line that is being copied. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
      if (open != null) {
        open.close();
      } else if (running != null) {
        // Not while it copies: an interrupt closes the files that it writes.
        running.interrupt();
      }
    }
    if (running != null) {
      try {
        running.join(CLOSE_TIMEOUT.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Appends lines to the local log and saves how far it came. */
  private final class Writer implements AutoCloseable {
    private final MirroredStream out;
    private final MirroredStream err;
    private final LogPosition start;
    private Optional<String> cursor;
    private long savedNanos = time.nanoTime();
    private boolean complete;

    Writer(MirrorState state) throws IOException {
      this.start = state.start();
      this.cursor = state.cursor();
      LogPosition end = localEnd();
      this.out = new MirroredStream(LogStream.OUT, state.written(), end);
      this.err = new MirroredStream(LogStream.ERR, state.written(), end);
      if (cursor.isEmpty()) {
        save(); // where this run begins in the local log
      }
    }

    void write(EngineLog.Line line) throws IOException {
      (line.stream() == LogStream.OUT ? out : err).write(line.text());
      cursor = Optional.of(line.cursor());
      if (time.nanoTime() - savedNanos >= SAVE_INTERVAL.toNanos()) {
        save();
      }
    }

    private void save() {
      savedNanos = time.nanoTime();
      LogPosition written = new LogPosition(out.position, err.position);
      directory.writeMirror(
          new MirrorState(incarnation, start, written, complete, cursor).encode());
      out.maintainer.tick();
      err.maintainer.tick();
    }

    @Override
    public void close() throws IOException {
      try (out;
          err) {
        save();
      }
    }
  }

  /** One stream of the local log, which only this writes. */
  private final class MirroredStream implements AutoCloseable {
    private final FileChannel channel;
    private final LogMaintainer maintainer;
    private long position;
    // What an earlier copier wrote after it last saved its state.
    private long surplus;

    MirroredStream(LogStream stream, LogPosition saved, LogPosition end) throws IOException {
      this.position = saved.of(stream);
      this.surplus = Math.max(0, end.of(stream) - position);
      this.maintainer = LogMaintainer.open(directory.path(), stream, policy, time, Posix.lazy());
      this.channel =
          FileChannel.open(
              stream == LogStream.OUT ? directory.outLog() : directory.errLog(),
              StandardOpenOption.APPEND,
              LinkOption.NOFOLLOW_LINKS);
    }

    void write(String text) throws IOException {
      byte[] line = (text + "\n").getBytes(UTF_8);
      int known = (int) Math.min(surplus, line.length);
      surplus -= known;
      position += line.length;
      ByteBuffer rest = ByteBuffer.wrap(line, known, line.length - known);
      while (rest.hasRemaining()) {
        int ignored = channel.write(rest);
      }
    }

    @Override
    public void close() throws IOException {
      maintainer.close();
      channel.close();
    }
  }
}
