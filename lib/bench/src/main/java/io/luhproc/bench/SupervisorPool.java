package io.luhproc.bench;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs children with a supervisor, each as its own service. */
final class SupervisorPool implements ChildPool {
  private final Supervisor supervisor;
  private final int count;
  private final Samples latencies = new Samples();
  private final BlockingQueue<Launch> launches = new LinkedBlockingQueue<>();
  private final Map<Integer, Long> pids = new HashMap<>();

  /** A launched process, and the time at which the listener was called. */
  private record Launch(long pid, long nanos) {}

  SupervisorPool(Path folder, int count) {
    this.count = count;
    this.supervisor =
        Supervisor.builder().directory(folder.resolve("supervised")).withoutCgroups().build();
    ServiceSpec[] services = new ServiceSpec[count];
    for (int i = 0; i < count; i++) {
      services[i] = ServiceSpec.named(name(i)).process(process()).build();
    }
    supervisor.add(services);
  }

  private static String name(int index) {
    return "s" + index;
  }

  private static ProcessSpec process() {
    return ProcessSpec.command("p", COMMAND)
        .minReadyTime(Duration.ZERO)
        .restart(RestartPolicy.always().delay(Duration.ZERO))
        .build();
  }

  Supervisor supervisor() {
    return supervisor;
  }

  /** Registers the listener that {@link #respawn} needs. */
  void subscribe() {
    var ignored = supervisor.onEvent(this::onEvent);
  }

  private void onEvent(SupervisorEvent event) {
    long nanos = System.nanoTime();
    latencies.add(Duration.between(event.time(), Instant.now()).toNanos());
    if (event instanceof SupervisorEvent.ProcessLaunched launched) {
      launches.add(new Launch(launched.pid(), nanos));
    }
  }

  /** Returns the latencies of events, from their own time to the listener. */
  Samples latencies() {
    return latencies;
  }

  @Override
  public void start(int index) throws Exception {
    ServiceStatus ignored = supervisor.start(name(index)).get();
  }

  @Override
  public void startAll() throws Exception {
    var ignored = supervisor.startAll().get();
  }

  @Override
  public void kill(int index) throws Exception {
    ServiceStatus ignored = supervisor.kill(name(index)).get();
  }

  @Override
  public void stop(int index) throws Exception {
    pids.clear();
    ServiceStatus ignored = supervisor.stop(name(index)).get();
  }

  /** Measures until the listener is called, which is slightly later than the start. */
  @Override
  public long respawn(int index) throws Exception {
    ProcessHandle child = ProcessHandle.of(pids.computeIfAbsent(index, this::pid)).orElseThrow();
    long start = System.nanoTime();
    boolean ignored = child.destroyForcibly();
    Launch launch = launches.poll(30, TimeUnit.SECONDS);
    if (launch == null) {
      throw new IllegalStateException("child was not restarted: " + supervisor.why(name(index)));
    }
    pids.put(index, launch.pid());
    return launch.nanos() - start;
  }

  private long pid(int index) {
    return supervisor.status(name(index)).process("p").identity().orElseThrow().pid();
  }

  @Override
  public void close() {
    CompletableFuture<?>[] ends = new CompletableFuture<?>[count];
    for (int i = 0; i < count; i++) {
      ends[i] = supervisor.kill(name(i));
    }
    Void ignored = CompletableFuture.allOf(ends).join();
    supervisor.close();
  }
}
