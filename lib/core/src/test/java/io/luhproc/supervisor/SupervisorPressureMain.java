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
 * Supervises {@code shop}, of {@code web} and {@code other}, and does what it reads: {@code fill
 * KEPT} opens files until so many descriptors are left, {@code free} closes them, {@code write
 * FILE} fills a disk and {@code delete FILE} frees it, {@code await PROCESS STATE [FORMER]} answers
 * with retries and cause, {@code retries PROCESS LEAST FILE} with the cause and by making the file,
 * {@code pid PROCESS} with the pid, {@code start} starts all and answers with what became of it,
 * {@code stop} stops all and ends it. Arguments after the directory: {@code idle} for what is only
 * started when told, {@code jdk} for processes that the JDK starts and {@code native} for those
 * that posix_spawn(3) starts from the first on, {@code exec} for an {@code other} that is checked
 * by a command, {@code tcp=PORT} for one that is checked by a connection.
 */
final class SupervisorPressureMain {
  private static final Duration RECOVERY_TIMEOUT = Duration.ofMillis(600);

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

  /** Tells one what to do, and returns its answer to that, not to the same said before. */
  static String sendCommand(JavaProcess child, String what) throws IOException {
    String numbered = what + " #" + child.out().lines().count();
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
            : HealthCheck.tcp("127.0.0.1", Integer.parseInt(option.replace("tcp=", "")));
    return check.every(Duration.ofMillis(20)).failureThreshold(1);
  }

  private void runCommands() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null && !line.equals("stop"); line = in.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println("did " + line + ": " + runCommands(words));
    }
    System.out.println("restart is done: " + restartReply.isDone());
    supervisor.stopAll().get(30, TimeUnit.SECONDS);
  }

  private String runCommands(String[] words) throws Exception {
    return switch (words[0]) {
      case "fill" -> exhaustDescriptors(Integer.parseInt(words[1]));
      case "free" -> freeDescriptors();
      case "write" -> fillDisk(Path.of(words[1]));
      case "delete" -> Boolean.toString(Files.deleteIfExists(Path.of(words[1])));
      case "start" -> start();
      case "restart" -> restart();
      case "struggle" -> awaitReplacement(words[1], Long.parseLong(words[2]));
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

  /** Waits until another process runs, or what it does about that has failed for a while. */
  private String awaitReplacement(String process, long former) throws InterruptedException {
    Deadline deadline = Deadline.after(TimeSource.system(), RECOVERY_TIMEOUT);
    boolean up =
        deadline.await(
            () ->
                status(process).state() == ProcessState.RUNNING
                    && status(process).identity().filter(it -> it.pid() != former).isPresent());
    return (up ? "up after " : "down after ") + status(process).retries();
  }

  private String exhaustDescriptors(int kept) throws IOException {
    try {
      while (true) {
        openFiles.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      for (int i = 0; i < kept; i++) {
        openFiles.remove(0).close();
      }
    }
    return openFiles.size() + " files";
  }

  /** Takes all the room that there is, to the last byte. */
  private static String fillDisk(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write('x');
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

  /** Waits for a state; for that of another process, where the pid of a former one is named. */
  private String await(String[] words) throws InterruptedException {
    ProcessState state = ProcessState.valueOf(words[2]);
    String former = words[3];
    ProcessStatus now = status(words[1]);
    while (now.state() != state || pid(now).equals(former)) {
      TimeUnit.MILLISECONDS.sleep(1);
      now = status(words[1]);
    }
    return now.retries() + " " + now.cause().orElseThrow().detail();
  }

  /** Tells by an empty file as well, for which there is room on every disk. */
  private String retries(String process, int least, Path mark) throws Exception {
    while (status(process).retries() < least) {
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
