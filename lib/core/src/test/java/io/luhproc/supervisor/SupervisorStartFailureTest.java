package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor that cannot be built leaves no thread and releases its directory. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class SupervisorStartFailureTest {
  @TempDir private Path folder;
  @TempDir private Path output;

  @Test
  void failedComponentClosesAllOthers() {
    TimeSource broken = new FailingTimeSource(Thread.currentThread());
    assertThatThrownBy(() -> SupervisorMain.builder(folder).timeSource(broken).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no clock here");
    SupervisorMain.builder(folder).build().close();
  }

  @Test
  void buildDuringJvmShutdownIsRefusedAndLeavesNothing() throws Exception {
    try (JavaProcess jvm = JavaProcess.of(LateSupervisorMain.class, folder).start(output)) {
      assertThat(jvm.awaitLine("refused: ")).contains("Shutdown in progress");
      assertThat(jvm.awaitLine("left: ")).isEqualTo("[]");
      assertThat(jvm.awaitExit()).isZero();
    }
  }

  /** A clock that fails on one thread only. */
  private record FailingTimeSource(Thread failingThread) implements TimeSource {
    @Override
    public Instant now() {
      return TimeSource.system().now();
    }

    @Override
    public long nanoTime() {
      if (Thread.currentThread() == failingThread) {
        throw new IllegalStateException("no clock here");
      }
      return TimeSource.system().nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      TimeSource.system().sleep(duration);
    }
  }
}
