package io.luhproc.slurm;

import io.luhproc.engine.EngineLog;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.log.LogPosition;
import io.luhproc.log.LogStream;
import io.luhproc.slurm.StreamReader.Piece;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The output files of a run, which are read again and again: no file system tells of writes by
 * another host. The order of lines of different streams is not known.
 */
final class SlurmLog implements EngineLog {
  static final String OUT = LogStream.OUT.fileName();
  static final String ERR = LogStream.ERR.fileName();

  private static final long MIN_WAIT_MS = 50;
  private static final long MAX_WAIT_MS = 2_000;
  // Slurm is asked seldom: each squeue is a burden on its controller, see PERFORMANCE in squeue(1).
  private static final long ASK_AFTER_MS = 10_000;

  private final Path end;
  private final boolean follow;
  private final Supplier<Optional<Phase>> phase;
  private final Map<LogStream, StreamReader> readers = new EnumMap<>(LogStream.class);
  private final Queue<Piece> pieces = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private LogPosition delivered;
  private volatile @Nullable End reason;
  private boolean hasEnded;
  private long wait = MIN_WAIT_MS;
  private long silentSince = System.nanoTime();

  /**
   * Opens a log.
   *
   * @param phase asks Slurm for the phase of the run; empty if the run does not exist any more
   * @throws IllegalArgumentException if the cursor is none
   */
  SlurmLog(Path run, Optional<String> cursor, boolean follow, Supplier<Optional<Phase>> phase) {
    this.end = run.resolve("end");
    this.follow = follow;
    this.phase = phase;
    this.delivered = cursor.map(LogPosition::parse).orElse(LogPosition.START);
    for (LogStream stream : LogStream.values()) {
      Path file = run.resolve(stream.fileName());
      readers.put(stream, new StreamReader(stream, file, delivered.of(stream)));
    }
  }

  @Override
  public @Nullable Line next() throws InterruptedException {
    while (reason == null) {
      if (closed.getCount() == 0) {
        reason = End.CLOSED;
      } else if (!pieces.isEmpty() || readMore()) {
        return deliver(pieces.remove());
      } else if (reason == null) {
        endOrWait();
      }
    }
    return null;
  }

  private Line deliver(Piece piece) {
    delivered = delivered.with(piece.stream(), piece.end());
    return new Line(piece.time(), piece.stream(), piece.text(), delivered.format());
  }

  private boolean readMore() {
    for (StreamReader reader : readers.values()) {
      Optional<List<Piece>> read = reader.read(hasEnded);
      if (read.isEmpty()) {
        reason = End.GONE;
      } else {
        pieces.addAll(read.get());
      }
    }
    if (pieces.isEmpty()) {
      return false;
    }
    wait = MIN_WAIT_MS;
    silentSince = System.nanoTime();
    return true;
  }

  private void endOrWait() throws InterruptedException {
    if (hasEnded) {
      reason = End.COMPLETE;
    } else if (!follow || mayHaveEnded()) {
      Optional<Phase> now = phase.get();
      silentSince = System.nanoTime();
      if (now.isEmpty() || (now.get() == Phase.LOST && follow)) {
        reason = End.GONE;
      } else if (now.get() == Phase.ENDED) {
        // Read once more: it may have written between the last read and its end.
        hasEnded = true;
      } else if (!follow) {
        reason = End.UP_TO_DATE;
      } else {
        pause();
      }
    } else {
      pause();
    }
  }

  /** The script has recorded the end of the worker, or there has been no output for long. */
  private boolean mayHaveEnded() {
    return PrivateFiles.read(end).isPresent()
        || System.nanoTime() - silentSince > TimeUnit.MILLISECONDS.toNanos(ASK_AFTER_MS);
  }

  private void pause() throws InterruptedException {
    boolean ignored = closed.await(wait, TimeUnit.MILLISECONDS);
    wait = Math.min(MAX_WAIT_MS, wait * 3 / 2);
  }

  @Override
  public Optional<End> end() {
    return Optional.ofNullable(reason);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
