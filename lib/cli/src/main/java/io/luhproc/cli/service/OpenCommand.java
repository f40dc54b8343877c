package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.daemon.StateDirectory;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.daemon.config.ListenAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ParseResult;

/** Command {@code open}. */
final class OpenCommand extends ProgramCommand {
  private static final String PRINT = "--print";
  private static final int DEFAULT_PORT = 7070;
  private static final String TOKEN_FILE = "http.token";
  // Some openers return at once, others when the browser is closed.
  private static final int OPENER_MILLIS = 3_000;

  OpenCommand() {
    super("open", "Open the page of the daemon in the browser.");
    addFileOption();
    addFlag("Print the address, which contains the token, instead of opening it.", PRINT);
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    StateDirectory state = stateDirectory(parseResult);
    DaemonClient client = client(state);
    // A daemon that does not run is reported as by other commands.
    List<?> ignored = client.services();
    boolean isPrinted = has(parseResult, PRINT);
    Map<String, String> environment = System.getenv();
    Optional<String> opener = isPrinted ? Optional.empty() : opener(environment);
    if (!isPrinted && opener.isEmpty()) {
      throw new LuhprocException("there is no display; " + forwarding(state));
    }
    String url = url(state);
    if (isPrinted) {
      console.printMessage("this address contains the token of the daemon: keep it to yourself");
      console.print(url);
      return ExitCode.SUCCESS.code();
    }
    Path file = writeRedirect(state.inUse(), url);
    start(opener.get(), file);
    console.print("opened " + file + ", which leads to the page");
    return ExitCode.SUCCESS.code();
  }

  private static String forwarding(StateDirectory state) {
    return "on the machine with the browser, run ssh -N -L "
        + DEFAULT_PORT
        + ":"
        + state.socket()
        + " HOST, with the name of this machine, and open http://localhost:"
        + DEFAULT_PORT
        + "/";
  }

  /** Returns the program that opens a file in the browser; empty without a display. */
  private static Optional<String> opener(Map<String, String> environment) {
    if (System.getProperty("os.name").startsWith("Mac")) {
      return Optional.of("open");
    }
    boolean hasDisplay =
        !environment.getOrDefault("DISPLAY", "").isEmpty()
            || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    return hasDisplay ? Optional.of("xdg-open") : Optional.empty();
  }

  private static String url(StateDirectory state) {
    DaemonConfig config = ConfigLoader.create().load(state.config());
    Optional<ListenAddress> listen = config.listen();
    if (listen.isEmpty() || listen.get().port() == 0) {
      throw new LuhprocException(
          "the page needs an address: set listen = \"localhost:"
              + DEFAULT_PORT
              + "\" in [supervisor] of "
              + state.config()
              + " and run luhproc down and up; or "
              + forwarding(state));
    }
    if (!ListeningPort.isOfThisUser(listen.get().port())) {
      throw new LuhprocException(
          "the daemon does not listen on "
              + listen.get()
              + " yet, or another user does; run luhproc down and up");
    }
    String scheme = config.tls().isPresent() ? "https" : "http";
    return scheme + "://" + listen.get() + "/#token=" + DaemonClient.encode(token(state.inUse()));
  }

  private static String token(Path directory) {
    Path file = directory.resolve(TOKEN_FILE);
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new LuhprocException("cannot read the token file " + file + ": " + e, e);
    }
  }

  /**
   * Writes a page that leads to an address. Other users can read command lines, but not this file.
   */
  private static Path writeRedirect(Path directory, String url) {
    Path file = directory.resolve("open.html");
    // The address has no characters that HTML gives a meaning.
    String page =
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>luhproc</title>\n"
            + "<meta name=\"referrer\" content=\"no-referrer\">\n"
            + "<meta http-equiv=\"refresh\" content=\"0; url="
            + url
            + "\">\n<p><a href=\""
            + url
            + "\">Open the page of the daemon</a>\n";
    try {
      Path temporary =
          Files.createTempFile(
              directory,
              ".open",
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(temporary, page);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        boolean ignored = Files.deleteIfExists(temporary);
      }
      return file;
    } catch (IOException e) {
      throw new LuhprocException("cannot write " + file + ": " + e, e);
    }
  }

  private static void start(String opener, Path file) {
    try {
      Process process =
          new ProcessBuilder(opener, file.toString())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(OPENER_MILLIS, TimeUnit.MILLISECONDS) && process.exitValue() != 0) {
        throw new LuhprocException(
            opener
                + " failed with exit code "
                + process.exitValue()
                + "; open "
                + file
                + " in a browser");
      }
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot run " + opener + ": " + e + "; open " + file + " in a browser", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while the browser opens", e);
    }
  }
}
