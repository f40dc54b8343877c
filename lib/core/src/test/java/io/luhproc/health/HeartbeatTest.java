package io.luhproc.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.health.monitor.CheckContexts;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void resolveFile() {
    file = directory.resolve("heartbeat");
  }

  private HealthResult check() throws Exception {
    return HealthCheck.heartbeat(Duration.ofMinutes(1)).check(CheckContexts.contextIn(directory));
  }

  private void setAge(Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(TimeSource.system().now().minus(age)));
  }

  @Test
  void processWithoutHeartbeatIsUnhealthy() throws Exception {
    assertThat(check()).isEqualTo(HealthResult.unhealthy("no heartbeat yet"));
  }

  @Test
  void processWithRecentHeartbeatIsHealthy() throws Exception {
    Heartbeat.beat(directory);
    assertThat(check().isHealthy()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).isEmptyFile();
  }

  @Test
  void processWithExpiredHeartbeatIsUnhealthyUntilNextBeat() throws Exception {
    Heartbeat.beat(directory);
    setAge(Duration.ofSeconds(59));
    assertThat(check().isHealthy()).isTrue();
    setAge(Duration.ofSeconds(61));
    assertThat(check())
        .isEqualTo(HealthResult.unhealthy("last heartbeat 1m 1s ago, at most 1m expected"));
    Heartbeat.beat(directory);
    assertThat(check().isHealthy()).isTrue();
  }

  @Test
  void heartbeatInFutureIsUnhealthy() throws Exception {
    Heartbeat.beat(directory);
    setAge(Duration.ofDays(-1));
    assertThat(check().detail()).endsWith("in the future: the clock was set back");
    assertThat(check().isHealthy()).isFalse();
    Heartbeat.beat(directory);
    assertThat(check().isHealthy()).isTrue();
  }

  @Test
  void clearRemovesHeartbeatOfEarlierProcess() throws Exception {
    Heartbeat.clear(directory);
    Heartbeat.beat(directory);
    Heartbeat.clear(directory);
    assertThat(check().detail()).isEqualTo("no heartbeat yet");
  }

  @Test
  void symbolicLinkIsRejected() throws Exception {
    Path precious = Files.writeString(directory.resolve("precious"), "keep");
    Files.setLastModifiedTime(precious, FileTime.fromMillis(0));
    Files.createSymbolicLink(file, precious);
    assertThatThrownBy(() -> Heartbeat.beat(directory))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is not a regular file; remove it");
    assertThat(Files.getLastModifiedTime(precious).toMillis()).isZero();
    assertThatThrownBy(this::check).hasMessageContaining("is not a regular file");
    Files.delete(precious);
    assertThatThrownBy(() -> Heartbeat.beat(directory)).hasMessageContaining("not a regular file");
    assertThat(precious).doesNotExist();
  }

  @Test
  void beatFailsWhenDirectoryIsMissing() {
    assertThatThrownBy(() -> Heartbeat.beat(directory.resolve("gone")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void beatSucceedsOnInterruptedThread() throws Exception {
    Thread.currentThread().interrupt();
    try {
      Heartbeat.beat(directory);
      Heartbeat.beat(directory);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(check().isHealthy()).isTrue();
  }
}
