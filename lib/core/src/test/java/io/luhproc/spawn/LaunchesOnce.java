package io.luhproc.spawn;

import io.luhproc.process.OutputMode;
import io.luhproc.process.SpawnException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fixture that waits for a line on stdin, then launches a shell command and prints the outcome.
 *
 * <p>Arguments: the directory for output, then a mode, then optionally {@code native} to use
 * posix_spawn(3). Modes: {@code plain}; {@code terminal} inherits the output; {@code user NAME}
 * runs as another user; {@code files KEPT} leaves that many descriptors free; {@code status}
 * launches {@code cat /proc/self/status}; {@code limits} prints the soft limit of file locks of a
 * child, and whether it is that of its marker.
 */
final class LaunchesOnce {
  private static final List<FileInputStream> OPEN_FILES = new ArrayList<>();

  private LaunchesOnce() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    LaunchRequest plain =
        new LaunchRequest(
            List.of("sh", "-c", "echo out; echo err >&2"),
            Map.of(),
            folder,
            folder.resolve("out"),
            folder.resolve("err"));
    Launcher launcher =
        arguments[arguments.length - 1].equals("native")
            ? SpawnerKind.NATIVE.launcher("/usr/bin:/bin")
            : Launcher.withSearchPath("/usr/bin:/bin");
    if (arguments[arguments.length - 1].equals("native")) {
      launchAndPrint(launcher, plain);
    }
    // Loads the classes of a failure now: loading them later needs descriptors.
    launchAndPrint(
        launcher,
        plain
            .with(OutputMode.FILES)
            .with(PreExecSettings.withReportFile(folder.resolve("no/report"))));
    System.out.println("ready");
    System.in.read();
    switch (arguments[1]) {
      case "limits" -> launchAndPrintSoftLimit(launcher, folder);
      case "status" -> launchAndPrint(launcher, statusRequest(folder));
      case "terminal" -> launchAndPrint(launcher, plain.with(OutputMode.INHERIT));
      case "user" ->
          launchAndPrint(
              launcher,
              plain.with(
                  PreExecSettings.withReportFile(folder.resolve("report"))
                      .runAs(Optional.of(arguments[2]), Optional.empty())));
      case "files" -> {
        exhaustDescriptors(Integer.parseInt(arguments[2]));
        launchAndPrint(launcher, plain);
      }
      default -> launchAndPrint(launcher, plain);
    }
  }

  private static LaunchRequest statusRequest(Path folder) {
    return new LaunchRequest(
        List.of("cat", "/proc/self/status"),
        Map.of(),
        folder,
        folder.resolve("status"),
        folder.resolve("err"));
  }

  private static void launchAndPrintSoftLimit(Launcher launcher, Path folder) throws Exception {
    LaunchRequest request =
        launcher.mark(
            new LaunchRequest(
                List.of("cat", "/proc/self/limits"),
                Map.of(),
                folder,
                folder.resolve("limits"),
                folder.resolve("err")));
    launchAndPrint(launcher, request);
    String soft =
        Files.readString(folder.resolve("limits"))
            .replaceFirst("(?s).*Max file locks +(\\w+).*", "$1");
    boolean isMarked =
        request.limitMarker().filter(it -> soft.equals(Long.toString(it.value()))).isPresent();
    String suffix = request.limitMarker().isEmpty() ? " without marker" : " wrong";
    System.out.println("soft limit " + soft + (isMarked ? " as marked" : suffix));
  }

  private static void exhaustDescriptors(int left) throws IOException {
    try {
      while (true) {
        OPEN_FILES.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      for (int i = 0; i < left; i++) {
        OPEN_FILES.remove(0).close();
      }
    }
  }

  private static void launchAndPrint(Launcher launcher, LaunchRequest request)
      throws InterruptedException {
    try {
      int status = launcher.launch(request).waitFor();
      System.out.println("exit " + status);
    } catch (SpawnException e) {
      System.out.println("refused " + e.failure() + " " + e.isRetriable() + " " + e.getMessage());
    }
  }
}
