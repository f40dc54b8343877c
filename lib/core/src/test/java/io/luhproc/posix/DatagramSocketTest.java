package io.luhproc.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The socket of sd_notify(3). */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class DatagramSocketTest {
  @TempDir Path folder;

  private Path path() {
    return folder.resolve("socket");
  }

  @Test
  void datagramComesWithThePidOfItsSender() throws Exception {
    try (DatagramSocket socket = DatagramSocket.bind(path())) {
      DatagramSocket.send(path().toString(), "READY=1\nSTATUS=ä");
      DatagramSocket.Datagram datagram = socket.receive().orElseThrow();
      assertThat(datagram.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(datagram.text()).isEqualTo("READY=1\nSTATUS=ä");
      assertThat(datagram.isCut()).isFalse();
    }
  }

  @Test
  void longDatagramIsCutAndTheNextOneIsWhole() throws Exception {
    try (DatagramSocket socket = DatagramSocket.bind(path())) {
      DatagramSocket.send(path().toString(), "x".repeat(DatagramSocket.MAX_TEXT_BYTES + 1));
      DatagramSocket.send(path().toString(), "");
      DatagramSocket.Datagram first = socket.receive().orElseThrow();
      assertThat(first.isCut()).isTrue();
      assertThat(first.text()).hasSize(DatagramSocket.MAX_TEXT_BYTES);
      DatagramSocket.Datagram second = socket.receive().orElseThrow();
      assertThat(second.isCut()).isFalse();
      assertThat(second.text()).isEmpty();
    }
  }

  @Test
  void closeEndsAReceiverThatWaits() throws Exception {
    DatagramSocket socket = DatagramSocket.bind(path());
    CompletableFuture<Optional<DatagramSocket.Datagram>> received = new CompletableFuture<>();
    Thread receiver =
        Threads.daemon(
            "receiver",
            () -> {
              try {
                received.complete(socket.receive());
              } catch (IOException e) {
                received.completeExceptionally(e);
              }
            });
    receiver.start();
    socket.close();
    assertThat(received.get(20, TimeUnit.SECONDS)).isEmpty();
    receiver.join();
  }

  @Test
  void pathLongerThanASocketAddressIsRefused() {
    Path tooLong = folder.resolve("x".repeat(DatagramSocket.MAX_PATH_BYTES));
    assertThatThrownBy(() -> DatagramSocket.bind(tooLong))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a socket can have 107; choose a shorter directory");
  }

  @Test
  void existingPathIsRefused() throws Exception {
    DatagramSocket first = DatagramSocket.bind(path());
    assertThatThrownBy(() -> DatagramSocket.bind(path()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Address already in use");
    first.close();
    assertThat(first.receive()).isEmpty();
  }

  @Test
  void missingReceiverIsAnError() {
    assertThatThrownBy(() -> DatagramSocket.send(path().toString(), "READY=1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot send to " + path());
    assertThatThrownBy(() -> DatagramSocket.send("@no-such-abstract-socket", "READY=1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Connection refused");
  }

  @Test
  void fullQueueIsAnErrorAndDoesNotBlock() throws Exception {
    DatagramSocket socket = DatagramSocket.bind(path());
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000_000; i++) {
                DatagramSocket.send(path().toString(), "WATCHDOG=1");
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Resource temporarily unavailable");
    socket.close();
    assertThat(socket.receive()).isEmpty();
  }
}
