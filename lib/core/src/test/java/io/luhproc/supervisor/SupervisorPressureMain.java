package io.luhproc.supervisor;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.SupervisesAsModule;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Supervises the service {@code shop} of the processes {@code web} and {@code other}, and runs the
 * commands that it reads.
 *
 * <ul>
 *   <li>{@code fill FREE} opens files until FREE descriptors are left, {@code free} closes them
 *   <li>{@code write FILE} fills a disk, {@code delete FILE} frees it
 *   <li>{@code start} replies with the state or the failure, {@code restart} does not wait
 *   <li>{@code await PROCESS STATE [PREVIOUS]} waits for a state, of another pid than PREVIOUS, and
 *       replies with retries and cause
 *   <li>{@code check-replaced PROCESS PREVIOUS} gives restarts some time, then replies with {@code
 *       up} if another process runs, or {@code down}
 *   <li>{@code retries PROCESS MIN FILE} waits for retries, creates FILE and replies with the cause
 *   <li>{@code pid PROCESS} replies with the pid
 *   <li>{@code stop} stops all services and ends the program
 * </ul>
 *
 * <p>Options after the directory: {@code idle} starts nothing, {@code jdk} launches by the JDK only
 * and {@code native} by posix_spawn(3) from the first launch on, {@code exec} checks {@code other}
 * by a command and {@code tcp=PORT} by a connection.
 */
final class SupervisorPressureMain {
  // A restart is due after 50 ms.
  private static final Duration FAILURE_TIME = Duration.ofMillis(300);
  private static final int FAILED_RETRIES = 3;

  private final List<FileInputStream> openFiles = new ArrayList<>();
  private final Supervisor supervisor;
  private CompletableFuture<ServiceStatus> restartReply = new CompletableFuture<>();

  private SupervisorPressureMain(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments).subList(1, arguments.length);
    Supervisor.Builder builder =
        Supervisor.builder().directory(Path.of(arguments[0])).withoutCgroups();
    Supervisor supervisor =
        options.contains("jdk") ? builder.withoutNativeSpawn().build() : builder.build();
    try (supervisor) {
      if (options.contains("native")) {
        while (!SupervisesAsModule.isNativeSpawnerLoaded()) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      ProcessSpec.Builder other = sleeper("other");
      options.stream()
          .filter(it -> it.equals("exec") || it.startsWith("tcp="))
          .forEach(it -> other.health(check(it)));
      supervisor.add(ServiceSpec.named("shop").process(sleeper("web")).process(other).build());
      if (!options.contains("idle")) {
        supervisor.start("shop").get(30, TimeUnit.SECONDS);
      }
      System.out.println("up");
      new SupervisorPressureMain(supervisor).runCommands();
    }
    System.out.println("ended");
  }

  /** Sends a command and returns the reply; a number makes each command unique. */
  static String sendCommand(JavaProcess child, String command) throws IOException {
    String numbered = command + " #" + child.out().lines().count();
    child.writeLine(numbered);
    return child.awaitLine("did " + numbered + ": ");
  }

  private static ProcessSpec.Builder sleeper(String name) {
    return ProcessSpec.command(name, "sleep", "600")
        .minReadyTime(Duration.ofMillis(1))
        .restart(
            RestartPolicy.always()
                .delay(Duration.ofMillis(50))
                .maxDelay(Duration.ofMillis(50))
                .maxRetries(100_000));
  }

  private static HealthPolicy check(String option) {
    HealthCheck check =
        option.equals("exec")
            ? HealthCheck.shell("true")
            : HealthCheck.tcp("127.0.0.1", Integer.parseInt(option.replace("tcp=", "")))
                .answeredByAnyProcess();
    return check.every(Duration.ofMillis(20)).failureThreshold(1);
  }

  private void runCommands() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null && !line.equals("stop"); line = in.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println("did " + line + ": " + runCommand(words));
    }
    System.out.println("restart is done: " + restartReply.isDone());
    supervisor.stopAll().get(30, TimeUnit.SECONDS);
  }

  private String runCommand(String[] words) throws Exception {
    return switch (words[0]) {
      case "fill" -> exhaustDescriptors(Integer.parseInt(words[1]));
      case "free" -> freeDescriptors();
      case "write" -> fillDisk(Path.of(words[1]));
      case "delete" -> Boolean.toString(Files.deleteIfExists(Path.of(words[1])));
      case "start" -> start();
      case "restart" -> restart();
      case "check-replaced" -> checkReplaced(words[1], Long.parseLong(words[2]));
      case "await" -> await(words);
      case "retries" -> retries(words[1], Integer.parseInt(words[2]), Path.of(words[3]));
      case "pid" -> pid(status(words[1]));
      default -> throw new IllegalArgumentException(String.join(" ", words));
    };
  }

  private String start() throws Exception {
    try {
      return supervisor.start("shop").get(30, TimeUnit.SECONDS).state().toString();
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }

  private String restart() {
    restartReply = supervisor.restart("shop");
    return "asked for";
  }

  /** Waits until another process runs, some retries have failed, or none was possible. */
  private String checkReplaced(String process, long previous) throws InterruptedException {
    boolean ignored =
        Deadline.after(TimeSource.system(), FAILURE_TIME)
            .await(
                () -> isReplaced(process, previous) || status(process).retries() >= FAILED_RETRIES);
    return (isReplaced(process, previous) ? "up after " : "down after ")
        + status(process).retries();
  }

  private boolean isReplaced(String process, long previous) {
    ProcessStatus status = status(process);
    return status.state() == ProcessState.RUNNING
        && status.identity().filter(it -> it.pid() != previous).isPresent();
  }

  private String exhaustDescriptors(int free) throws IOException {
    try {
      while (true) {
        openFiles.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      for (int i = 0; i < free; i++) {
        openFiles.remove(0).close();
      }
    }
    return openFiles.size() + " files";
  }

  /** Fills the disk to the last byte. */
  private static String fillDisk(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException expected) {
      return String.valueOf(expected.getMessage());
    }
  }

  private String freeDescriptors() throws IOException {
    for (FileInputStream in : openFiles) {
      in.close();
    }
    openFiles.clear();
    return "all";
  }

  /** Waits for a state, and for another pid if a previous pid is given. */
  private String await(String[] words) throws InterruptedException {
    ProcessState state = ProcessState.valueOf(words[2]);
    String previous = words[3];
    ProcessStatus now = status(words[1]);
    while (now.state() != state || pid(now).equals(previous)) {
      TimeUnit.MILLISECONDS.sleep(1);
      now = status(words[1]);
    }
    return now.retries() + " " + now.cause().orElseThrow().detail();
  }

  /** Waits for retries; the empty file reports success even on a full disk. */
  private String retries(String process, int min, Path mark) throws Exception {
    while (status(process).retries() < min) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
    return status(process).cause().orElseThrow().detail();
  }

  private static String pid(ProcessStatus status) {
    return status.identity().map(it -> Long.toString(it.pid())).orElse("none");
  }

  private ProcessStatus status(String process) {
    return supervisor.status("shop").process(process);
  }
}
