package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.contract.FakeEngine;
import io.luhproc.contract.FakeEngineProvider;
import io.luhproc.engine.WorkerKey;
import io.luhproc.log.LogStream;
import io.luhproc.service.ProcessState;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services of a configuration file whose processes run on an engine. */
@Tag("process")
@Timeout(60)
class RemoteServiceProcessTest {
  private static final String SERVICE =
      """
      [services.index]
      engine = "%s"
      command = ["index", "/docs"]
      restart = { condition = "on-failure", delay = "10ms", max_delay = "10ms" }
      min_ready_time = 0
      """;

  private static final WorkerKey INDEX =
      new WorkerKey(Optional.of("index"), "index_index", "index");

  @TempDir Path folder;
  private Path file;
  private final FakeEngine.Place place = new FakeEngine.Place();
  private final String engine = FakeEngineProvider.register(place);

  @BeforeEach
  void nameFile() {
    file = folder.resolve("luhproc.toml");
  }

  private Daemon open(String services) throws IOException {
    write(services);
    return Daemon.open(file);
  }

  private void write(String services) throws IOException {
    Files.writeString(file, "[supervisor]\ndirectory = \"run\"\n" + services);
  }

  private static String get(Daemon daemon, String target) throws IOException {
    return RawHttp.body(RawHttp.request(RawHttp.unix(daemon.socket()), "GET", target));
  }

  private static ProcessState state(Daemon daemon) {
    return daemon.supervisor().status("index").state();
  }

  private boolean isOnEngine() {
    return place.open("any").info(INDEX).isPresent();
  }

  @Test
  void processOfEngineStartsIsShownAndStops() throws Exception {
    try (Daemon daemon = open(SERVICE.formatted(engine))) {
      daemon.start().join();

      assertThat(state(daemon)).isEqualTo(ProcessState.RUNNING);
      Eventually.holds(
          "the place is known",
          () -> daemon.supervisor().status("index").processes().get(0).place().isPresent());
      assertThat(get(daemon, "/services"))
          .contains("\"state\":\"running\"", "\"pid\":null")
          .contains("\"place\":\"" + engine + ", nowhere\"");
      assertThat(place.specOf(INDEX).command()).containsExactly("index", "/docs");
      place.print(INDEX, LogStream.OUT, "first run");
      Eventually.holds("its line is read", () -> hasLog(daemon, "first run"));
      assertThat(place.started()).isEqualTo(1);
      daemon.supervisor().stop("index").join();
      assertThat(isOnEngine()).isFalse();
      assertThat(get(daemon, "/services")).contains("\"place\":null");
    }
  }

  private static boolean hasLog(Daemon daemon, String line) {
    try {
      return get(daemon, "/services/index/logs").contains(line);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void restartPolicyAppliesToExitOnEngine() throws Exception {
    try (Daemon daemon = open(SERVICE.formatted(engine))) {
      daemon.start().join();

      place.exit(INDEX, 7);

      Eventually.holds(
          "it runs again", () -> place.started() == 2 && state(daemon) == ProcessState.RUNNING);
      assertThat(get(daemon, "/services")).contains("\"restarts\":1", "\"exitCode\":7");
      assertThat(place.specOf(INDEX).command()).containsExactly("index", "/docs");
      place.print(INDEX, LogStream.OUT, "second run");
      Eventually.holds("its line is read", () -> hasLog(daemon, "second run"));
      place.exit(INDEX, 0);
      Eventually.holds("it has exited", () -> state(daemon) == ProcessState.EXITED);
      assertThat(place.started()).isEqualTo(2);
    }
  }

  @Test
  void reloadMovesProcessToEngineAndBack() throws Exception {
    String local = "[services.index]\ncommand = [\"sleep\", \"60\"]\n";
    try (Daemon daemon = open(local)) {
      daemon.start().join();
      assertThat(get(daemon, "/services")).contains("\"place\":null");

      write(SERVICE.formatted(engine));
      assertThat(daemon.reload().changed()).containsExactly("index");

      assertThat(place.started()).isEqualTo(1);
      assertThat(get(daemon, "/services")).contains("\"pid\":null");
      write(local);
      assertThat(daemon.reload().changed()).containsExactly("index");
      assertThat(isOnEngine()).isFalse();
      assertThat(get(daemon, "/services")).contains("\"running\":true", "\"place\":null");
    }
  }
}
