package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A supervisor with one service, "shop", and queries about its processes. */
final class SupervisorFixture implements AutoCloseable {
  private static final ProcessTable TABLE = ProcessTable.system();

  final Path folder;
  final Supervisor supervisor;

  SupervisorFixture(Path folder) {
    this(folder, Supervisor.builder());
  }

  SupervisorFixture(Path folder, Supervisor.Builder builder) {
    this.folder = folder;
    this.supervisor = builder.directory(folder.resolve("services")).withoutCgroups().build();
  }

  /** Returns a policy that restarts without a delay. */
  static RestartPolicy immediateRestart() {
    return RestartPolicy.always().delay(Duration.ZERO);
  }

  void add(ProcessSpec.Builder... processes) {
    ServiceSpec.Builder shop = ServiceSpec.named("shop").directory(folder);
    for (ProcessSpec.Builder process : processes) {
      shop.process(process);
    }
    supervisor.add(shop.build());
  }

  ServiceStatus start(String... processes) throws Exception {
    return supervisor.start("shop", processes).get(30, TimeUnit.SECONDS);
  }

  ServiceStatus stop(String... processes) throws Exception {
    return supervisor.stop("shop", processes).get(30, TimeUnit.SECONDS);
  }

  /** Starts the service and returns the message of the failure. */
  String startFailure() {
    return startFailure(() -> start());
  }

  static String startFailure(ThrowingCallable call) {
    AtomicReference<String> message = new AtomicReference<>("");
    assertThatThrownBy(call)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ServiceFailedException.class)
        .satisfies(it -> message.set(it.getMessage()));
    return message.get();
  }

  ProcessStatus status(String process) {
    return supervisor.status("shop").process(process);
  }

  ProcessState state(String process) {
    return status(process).state();
  }

  void await(String process, ProcessState state) {
    Eventually.holds(() -> state + ": " + status(process), () -> state(process) == state);
  }

  long pid(String process) {
    return status(process).identity().orElseThrow().pid();
  }

  String output(String process) {
    return supervisor.output("shop", process).snapshot();
  }

  void awaitOutput(String process, String text) {
    Eventually.holds(() -> text + " in " + output(process), () -> output(process).contains(text));
  }

  /** Returns the live processes that carry the marker of a process. */
  List<ProcessStat> tree(String process) {
    String marker = status(process).directory().toString();
    return TABLE.all().stream()
        .filter(it -> !it.isDead())
        .filter(
            it ->
                TABLE
                    .environmentVariable(it.pid(), "LUHPROC_DIR")
                    .filter(marker::equals)
                    .isPresent())
        .toList();
  }

  static char state(long pid) {
    return TABLE.find(pid).orElseThrow().state();
  }

  static boolean isAlive(long pid) {
    return TABLE.find(pid).filter(it -> !it.isDead()).isPresent();
  }

  static void kill(long pid, String signal) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  int lineCount(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readAllLines(path).size() : 0;
  }

  /** Asserts that a process is down, is desired down, and stays down. */
  void assertStaysInactive(String process) throws Exception {
    assertThat(state(process)).isEqualTo(ProcessState.INACTIVE);
    assertThat(status(process).desiredUp()).isFalse();
    assertThat(tree(process)).isEmpty();
    ProcessDirectory directory = ProcessDirectory.at(status(process).directory());
    Eventually.holds("the desired state is recorded as down", () -> !directory.isDesiredUp());
    assertThatThrownBy(
            () -> supervisor.await("shop", ProcessState.STARTING, Duration.ofMillis(200)).get())
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(state(process)).isEqualTo(ProcessState.INACTIVE);
    assertThat(tree(process)).isEmpty();
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
