package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Query of one and of a thousand running workers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WorkerQueryBenchmark {
  private static final int WORKERS = 1000;

  private Path root = Path.of("");
  private ProcessManager manager = ProcessManager.builder().build();

  /** Starts the workers. */
  @Setup
  public void start() throws IOException {
    root = Files.createTempDirectory("luhproc-bench");
    manager = ProcessLibrary.createManager(List.of("/bin/sleep", "900"), root);
    for (int i = 0; i < WORKERS; i++) {
      manager.start(ProcessLibrary.TASK, "w" + i);
    }
  }

  /** Kills the workers directly, because a thousand calls of {@code stop} would take a minute. */
  @TearDown
  public void stop() throws IOException {
    for (WorkerInfo worker : manager.list()) {
      worker
          .identity()
          .flatMap(process -> ProcessHandle.of(process.pid()))
          .ifPresent(process -> kill(process));
    }
    BenchEnvironment.deleteRecursively(root);
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Queries one worker. */
  @Benchmark
  public Optional<WorkerInfo> info() {
    return manager.info(ProcessLibrary.TASK, "w500");
  }

  /** Queries all workers. */
  @Benchmark
  public List<WorkerInfo> list() {
    return manager.list();
  }
}
