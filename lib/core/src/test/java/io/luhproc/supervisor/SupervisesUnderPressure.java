package io.luhproc.supervisor;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Supervises {@code shop}, of {@code web} and {@code other}, and does what it reads: {@code fill
 * KEPT} opens files until so many descriptors are left, {@code free} closes them, {@code await
 * PROCESS STATE} answers with retries and cause, {@code retries PROCESS LEAST FILE} with the cause
 * and by making the file, {@code pid PROCESS} with the pid, {@code start} starts all and answers
 * with what became of it, {@code stop} stops all and ends it. Arguments after the directory: {@code
 * idle} for what is only started when told, {@code exec} for an {@code other} that is checked by a
 * command, {@code tcp=PORT} for one that is checked by a connection.
 */
final class SupervisesUnderPressure {
  private final List<FileInputStream> open = new ArrayList<>();
  private final Supervisor supervisor;

  private SupervisesUnderPressure(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  public static void main(String[] arguments) throws Exception {
    Supervisor supervisor =
        Supervisor.builder().directory(Path.of(arguments[0])).withoutCgroups().build();
    try (supervisor) {
      List<String> options = List.of(arguments).subList(1, arguments.length);
      ProcessSpec.Builder other = sleeper("other");
      options.stream().filter(it -> !it.equals("idle")).forEach(it -> other.health(check(it)));
      supervisor.add(ServiceSpec.named("shop").process(sleeper("web")).process(other).build());
      if (!options.contains("idle")) {
        supervisor.start("shop").get(30, TimeUnit.SECONDS);
      }
      System.out.println("up");
      new SupervisesUnderPressure(supervisor).obey();
    }
    System.out.println("ended");
  }

  /** Tells one what to do, and returns its answer to that, not to the same said before. */
  static String ask(JavaProcess child, String what) throws IOException {
    String numbered = what + " #" + child.out().lines().count();
    child.tell(numbered);
    return child.line("did " + numbered + ": ");
  }

  private static ProcessSpec.Builder sleeper(String name) {
    return ProcessSpec.command(name, "sleep", "600")
        .settle(Duration.ofMillis(1))
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

  private void obey() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null && !line.equals("stop"); line = in.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println("did " + line + ": " + obey(words));
    }
    supervisor.stopAll().get(30, TimeUnit.SECONDS);
  }

  private String obey(String[] words) throws Exception {
    return switch (words[0]) {
      case "fill" -> fill(Integer.parseInt(words[1]));
      case "free" -> free();
      case "start" -> start();
      case "await" -> await(words[1], ProcessState.valueOf(words[2]));
      case "retries" -> retries(words[1], Integer.parseInt(words[2]), Path.of(words[3]));
      case "pid" -> Long.toString(status(words[1]).identity().orElseThrow().pid());
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

  private String fill(int kept) throws IOException {
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      for (int i = 0; i < kept; i++) {
        open.remove(0).close();
      }
    }
    return open.size() + " files";
  }

  private String free() throws IOException {
    for (FileInputStream in : open) {
      in.close();
    }
    open.clear();
    return "all";
  }

  private String await(String process, ProcessState state) throws InterruptedException {
    while (status(process).state() != state) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    ProcessStatus now = status(process);
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

  private ProcessStatus status(String process) {
    return supervisor.status("shop").process(process);
  }
}
