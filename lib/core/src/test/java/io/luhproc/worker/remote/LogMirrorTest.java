package io.luhproc.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.time.TimeSource;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogMirrorTest {
  @Test
  void closedMirrorSavesHowFarItCopied(@TempDir Path root) throws Exception {
    ProcessDirectory directory =
        ProcessRoot.at(root).directory(new ProcessKey(Optional.empty(), "INDEXER", "main"));
    assertThat(directory.create()).isTrue();
    OneLineLog log = new OneLineLog(Thread.currentThread());
    LogMirror mirror =
        new LogMirror(
            engineWith(log),
            new WorkerKey(Optional.empty(), "INDEXER", "main"),
            "run-1",
            directory,
            LogPolicy.defaults().forProcess("INDEXER"),
            TimeSource.system());
    mirror.follow();
    log.waiting.await();

    mirror.close();

    assertThat(Files.readString(directory.outLog())).isEqualTo("line 1\n");
    assertThat(directory.readMirror().flatMap(MirrorState::decode).flatMap(MirrorState::cursor))
        .contains("cursor-1");
  }

  private static WorkerEngine engineWith(EngineLog log) {
    return (WorkerEngine)
        Proxy.newProxyInstance(
            WorkerEngine.class.getClassLoader(),
            new Class<?>[] {WorkerEngine.class},
            (proxy, method, arguments) -> log);
  }

  /**
   * A log with one line, whose end is read while {@link LogMirror#close()} waits for the thread.
   */
  private static final class OneLineLog implements EngineLog {
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread closer;
    private boolean read;

    OneLineLog(Thread closer) {
      this.closer = closer;
    }

    @Override
    public @Nullable Line next() {
      if (!read) {
        read = true;
        return new Line(Instant.EPOCH, LogStream.OUT, "line 1", "cursor-1");
      }
      waiting.countDown();
      while (closed.getCount() > 0 || closer.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      return null;
    }

    @Override
    public Optional<End> end() {
      return Optional.of(End.CLOSED);
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
