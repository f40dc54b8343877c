package io.luhproc.bench;

import io.luhproc.process.ProcessInfo;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.service.ProcessRef;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

/** Looking up one of a hundred services that run, and what the system knows of a process. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServiceLookupBenchmark {
  private static final int SERVICES = 100;

  private Path folder = Path.of("");
  private @Nullable SupervisorPool pool;
  private @Nullable Supervisor supervisor;
  private long pid;

  /** Starts the services. */
  @Setup
  public void start() throws Exception {
    folder = Files.createTempDirectory("luhproc-bench");
    SupervisorPool started = new SupervisorPool(folder, SERVICES);
    started.startAll();
    pool = started;
    supervisor = started.supervisor();
    pid = started.supervisor().status("s50").process("p").identity().orElseThrow().pid();
  }

  /** Ends the services. */
  @TearDown
  public void stop() throws Exception {
    Objects.requireNonNull(pool).close();
    deleteFolder();
  }

  private void deleteFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Supervisor supervisor() {
    return Objects.requireNonNull(supervisor);
  }

  /** By pid. */
  @Benchmark
  public Optional<ProcessRef> find() {
    return supervisor().find(pid);
  }

  /** By name. */
  @Benchmark
  public ServiceStatus status() {
    return supervisor().status("s50");
  }

  /** What the system knows. */
  @Benchmark
  public Optional<ProcessInfo> info() {
    return ProcessInfoReader.system().read(pid);
  }

  /** What the JDK knows of it: command, arguments, user, start, CPU time. */
  @Benchmark
  public ProcessHandle.Info handle() {
    return ProcessHandle.of(pid).orElseThrow().info();
  }
}
