package io.luhproc.bench;

import io.luhproc.process.ProcessInfo;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.service.ProcessRef;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

/** Lookup of one of a hundred running services, and of the details of a process. */
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

  /** Stops the services. */
  @TearDown
  public void stop() throws Exception {
    Objects.requireNonNull(pool).close();
    BenchEnvironment.deleteRecursively(folder);
  }

  private Supervisor supervisor() {
    return Objects.requireNonNull(supervisor);
  }

  /** Finds a process by pid. */
  @Benchmark
  public Optional<ProcessRef> find() {
    return supervisor().find(pid);
  }

  /** Returns the status of a service by name. */
  @Benchmark
  public ServiceStatus status() {
    return supervisor().status("s50");
  }

  /** Reads the details of a process from /proc. */
  @Benchmark
  public Optional<ProcessInfo> info() {
    return ProcessInfoReader.system().read(pid);
  }

  /** Reads the details that the JDK has: command, arguments, user, start, CPU time. */
  @Benchmark
  public ProcessHandle.Info handle() {
    return ProcessHandle.of(pid).orElseThrow().info();
  }
}
