package io.luhproc.supervisor;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.luhproc.log.LogPolicy;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * A supervisor in its own JVM, {@code SupervisorMain DIRECTORY SERVICE…}.
 *
 * <p>It runs the commands on its stdin, one per line: {@code start S}, {@code stop S}, {@code
 * ask-start S} and {@code ask-stop S}, which do not wait, {@code await S STATE}, {@code close} and
 * {@code exit}.
 */
final class SupervisorMain {
  /** The variable that makes the supervisor leave its services running. */
  static final String LEAVE_RUNNING = "LEAVE_RUNNING";

  private static final Duration MIN_READY = ofMillis(1);
  // Long enough for a signal or a second call to arrive while the process is being stopped.
  private static final Duration STUBBORN_GRACE = ofSeconds(1);

  private final Supervisor supervisor;
  private CompletableFuture<ServiceStatus> reply = new CompletableFuture<>();

  private SupervisorMain(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  /** Returns a builder of the JVM that supervises the given services. */
  static JavaProcess.Builder jvm(Path directory, String... services) {
    Object[] arguments = new Object[services.length + 1];
    arguments[0] = directory;
    System.arraycopy(services, 0, arguments, 1, services.length);
    return JavaProcess.of(SupervisorMain.class, arguments);
  }

  static Supervisor.Builder builder(Path directory) {
    return Supervisor.builder()
        .directory(directory)
        .withoutCgroups()
        .shutdownTimeout(ofSeconds(20));
  }

  /** Returns the service of a name, chosen by its letters before the first digit. */
  static ServiceSpec service(String name) {
    ServiceSpec.Builder service = ServiceSpec.named(name);
    switch (name.replaceAll("\\d.*", "")) {
      case "count" -> service.process(counter());
      case "sleep" ->
          service.process(ProcessSpec.command("main", "sleep", "300").minReadyTime(MIN_READY));
      case "first" -> service.process(sleeper());
      case "second" -> service.process(sleeper()).requires(name.replace("second", "first"));
      case "tree" -> service.process(tree());
      case "stubborn" -> service.process(ignoresTerm(STUBBORN_GRACE));
      case "unyielding" -> service.process(ignoresTerm(ofHours(1)));
      case "fails" -> service.process(failing());
      case "before" ->
          service.process(
              ProcessSpec.command("main", "sleep", "300")
                  .execStartPre("true")
                  .minReadyTime(MIN_READY));
      default -> throw new IllegalArgumentException(name);
    }
    return service.build();
  }

  /** Prints increasing numbers, 500 lines every 20 ms. */
  private static ProcessSpec.Builder counter() {
    String script =
        "i=0; while :; do i=$((i+1)); echo $i; [ $((i % 500)) = 0 ] && sleep 0.02; done";
    return ProcessSpec.shell("main", script)
        .minReadyTime(MIN_READY)
        .logs(LogPolicy.defaults().withMaxBytes(1 << 15).withMaxBackups(1_000).withGzip(false));
  }

  private static ProcessSpec.Builder sleeper() {
    return ProcessSpec.shell("main", "echo up; sleep 300").minReadyTime(MIN_READY);
  }

  private static ProcessSpec.Builder tree() {
    return ProcessSpec.shell("main", "sleep 301 & setsid sleep 302 & wait")
        .minReadyTime(MIN_READY)
        .restart(RestartPolicy.onFailure().delay(ofMillis(10)));
  }

  /** Returns a process that ignores SIGTERM and is killed after a grace period. */
  static ProcessSpec.Builder ignoresTerm(Duration grace) {
    return ProcessSpec.shell("main", "trap '' TERM; echo up; while :; do sleep 0.1; done")
        .minReadyTime(MIN_READY)
        .stop(StopPolicy.defaults().grace(grace).timeout(grace.plus(ofSeconds(10))));
  }

  private static ProcessSpec.Builder failing() {
    return ProcessSpec.shell("main", "exit 3")
        .restart(RestartPolicy.always().delay(ofHours(1)).maxDelay(ofHours(1)));
  }

  public static void main(String[] args) throws Exception {
    Supervisor.Builder builder = builder(Path.of(args[0]));
    Supervisor supervisor =
        System.getenv(LEAVE_RUNNING) == null ? builder.build() : builder.leaveRunning().build();
    EventRegistration ignored =
        supervisor.onEvent(
            event -> {
              if (event instanceof SupervisorEvent.ProcessChanged it
                  && it.to() == ProcessState.STOPPING) {
                System.out.println("stopping " + it.service());
              }
            });
    Arrays.stream(args).skip(1).forEach(name -> supervisor.add(service(name)));
    System.out.println("ready");
    new SupervisorMain(supervisor).runCommands();
  }

  private void runCommands() throws Exception {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      runCommand(line.split(" "));
      System.out.println("done " + line);
    }
  }

  private void runCommand(String[] words) throws Exception {
    switch (words[0]) {
      case "start" -> supervisor.start(words[1]).get();
      case "ask-start" -> reply = supervisor.start(words[1]);
      case "stop" -> supervisor.stop(words[1]).get();
      case "ask-stop" -> reply = supervisor.stop(words[1]);
      case "await" ->
          supervisor.await(words[1], ProcessState.valueOf(words[2]), ofSeconds(20)).get();
      case "close" -> supervisor.close();
      case "exit" -> System.exit(reply.isCancelled() ? 1 : 0);
      default -> throw new IOException(String.join(" ", words));
    }
  }
}
