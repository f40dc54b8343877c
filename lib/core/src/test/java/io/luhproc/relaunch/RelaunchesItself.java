package io.luhproc.relaunch;

import io.luhproc.posix.Posix;
import io.luhproc.process.LaunchCommand;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fixture that relaunches itself; the relaunched process prints how it was started.
 *
 * <p>It is configured by environment variables, which leave the command line unchanged:
 *
 * <ul>
 *   <li>{@code FIXTURE_DIRECTORY}: the directory of the new process
 *   <li>{@code FIXTURE_DELETE}: a file to delete first
 *   <li>{@code FIXTURE_OPTION}: an additional JVM option
 *   <li>{@code FIXTURE_CWD}: the working directory of the new process
 *   <li>{@code FIXTURE_MAIN}: another main class to start
 *   <li>{@code FIXTURE_KILL}: if set, the new process calls kill(2)
 * </ul>
 */
public final class RelaunchesItself {
  static final String CHILD_VARIABLE = "FIXTURE_CHILD";
  static final List<String> ARGUMENTS = List.of("x y", "", "ü→😀", "@z");

  private RelaunchesItself() {}

  /** Relaunches this program, or prints its state if it was relaunched. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (System.getenv(CHILD_VARIABLE) != null) {
      printState(args, out);
      return;
    }
    String delete = System.getenv("FIXTURE_DELETE");
    if (delete != null) {
      Files.delete(Path.of(delete));
    }
    String main = System.getenv("FIXTURE_MAIN");
    JvmCommand command = main == null ? JvmCommand.current() : JvmCommand.ofMainClass(main);
    out.println("program=" + command.program());
    out.println("programArguments=" + command.programArguments());
    System.exit(run(command, out));
  }

  private static int run(JvmCommand command, PrintStream out) throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(CHILD_VARIABLE, "1");
    String option = System.getenv("FIXTURE_OPTION");
    LaunchCommand relaunch =
        command.buildCommand(
            option == null ? List.of() : List.of(option),
            ARGUMENTS,
            Path.of(System.getenv("FIXTURE_DIRECTORY")),
            environment);
    ProcessBuilder builder = new ProcessBuilder(relaunch.argv()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(relaunch.environment());
    String cwd = System.getenv("FIXTURE_CWD");
    if (cwd != null) {
      builder.directory(Path.of(cwd).toFile());
    }
    out.flush();
    return builder.start().waitFor();
  }

  private static void printState(String[] args, PrintStream out) throws IOException {
    out.println("child");
    out.println("argv=" + commandLine());
    out.println("arguments=" + Arrays.asList(args));
    out.println("sameArguments=" + ARGUMENTS.equals(Arrays.asList(args)));
    out.println("command=" + System.getProperty("sun.java.command"));
    out.println("class.path.length=" + System.getProperty("java.class.path", "").length());
    out.println("module=" + RelaunchesItself.class.getModule().getName());
    out.println("home=" + System.getProperty("java.home"));
    out.println("kept=" + System.getProperty("kept"));
    out.println("JAVA_TOOL_OPTIONS=" + System.getenv("JAVA_TOOL_OPTIONS"));
    out.println("JDK_JAVA_OPTIONS=" + System.getenv("JDK_JAVA_OPTIONS"));
    if (System.getenv("FIXTURE_KILL") != null) {
      out.println("kill=" + Posix.lazy().kill(ProcessHandle.current().pid(), 0));
      out.println("jnr=" + isNativeStubLoaded());
    }
  }

  private static String commandLine() throws IOException {
    try (FileInputStream file = new FileInputStream("/proc/self/cmdline")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace('\0', '|');
    }
  }

  private static boolean isNativeStubLoaded() throws IOException {
    // The stub library of jffi is mapped once jnr is in use.
    return Files.readString(Path.of("/proc/self/maps")).contains("jffi");
  }
}
