package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing and reading the file {@code pid}. */
class PidFileTest {
  @TempDir private Path folder;
  private ProcessDirectory directory;
  private Path pid;

  @BeforeEach
  void createDirectory() {
    directory = ProcessDirectory.at(folder.resolve("indexer-000000000000"));
    directory.create();
    pid = directory.path().resolve("pid");
  }

  @Test
  void writtenPidFileHoldsDecimalPidAndNewline() throws IOException {
    directory.writePid(39241);
    assertThat(pid).hasContent("39241\n");
    assertThat(directory.readPid()).contains(39241L);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pid)))
        .isEqualTo("rw-------");
  }

  @Test
  void recordedPidIsComparedAsWholeNumber() throws IOException {
    assertThat(directory.recordsPid(39241)).isFalse();
    directory.writePid(39241);
    assertThat(directory.recordsPid(39241)).isTrue();
    assertThat(directory.recordsPid(3924)).isFalse();
    Files.writeString(pid, "039241\n");
    assertThat(directory.recordsPid(9241)).isFalse();
  }

  @Test
  void pidFileIsReplacedWithoutLeftovers() throws IOException {
    directory.writePid(39241);
    directory.writePid(7);
    assertThat(pid).hasContent("7\n");
    assertThat(directory.path()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void pidFileIsReplacedWhenTemporaryFileIsLeftOver() throws IOException {
    Files.writeString(directory.path().resolve(".pid.new"), "39");
    directory.writePid(39241);
    assertThat(pid).hasContent("39241\n");
    assertThat(directory.path()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void pidIsWrittenAgainAfterStash() throws IOException {
    for (long number : new long[] {39241, 7, 4194303}) {
      directory.writePid(number);
      assertThat(pid).hasContent(number + "\n");
      directory.stashPid();
      directory.stashPid();
      assertThat(pid).doesNotExist();
      assertThat(directory.readPid()).isEmpty();
    }
  }

  @Test
  void temporarySymlinkIsReplacedNotFollowed() throws IOException {
    Path target = Files.writeString(directory.path().resolve("target"), "untouched");
    Files.createSymbolicLink(directory.path().resolve(".pid.new"), target);
    directory.writePid(39241);
    assertThat(pid).isRegularFile().hasContent("39241\n");
    assertThat(Files.isSymbolicLink(pid)).isFalse();
    assertThat(target).hasContent("untouched");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2\n", "39241", " 39241 \n", "4194304\n", "007\n"})
  void pidIsReadDespiteWhitespaceAndLeadingZeros(String content) throws IOException {
    Files.writeString(pid, content);
    assertThat(directory.readPid()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "0\n",
        "1\n",
        "-1\n",
        "-39241\n",
        "+39241\n",
        "4194305\n",
        "4294967295\n",
        "4294967298\n",
        "18446744073709551618\n",
        "99999999999999999999999999999999999999999999\n",
        "39241 39242\n",
        "39241.0\n",
        "0x10\n",
        "pid\n",
        "٣٤٥\n",
        "\0\0\0\0"
      })
  void pidIsEmptyWhenContentIsInvalid(String content) throws IOException {
    Files.writeString(pid, content);
    assertThat(directory.readPid()).isEmpty();
  }

  @Test
  void pidIsEmptyWhenFileIsMissing() {
    assertThat(directory.readPid()).isEmpty();
    directory.deletePid();
    directory.delete();
    assertThat(directory.readPid()).isEmpty();
  }

  @Test
  void deletePidRemovesFile() {
    directory.writePid(39241);
    directory.deletePid();
    assertThat(directory.readPid()).isEmpty();
    assertThat(directory.path()).isEmptyDirectory();
  }

  @Test
  void pidSymlinkIsReplacedNotFollowed() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "untouched");
    Files.createSymbolicLink(pid, target);
    directory.writePid(39241);
    assertThat(target).hasContent("untouched");
    assertThat(pid).isRegularFile().hasContent("39241\n");
    assertThat(Files.isSymbolicLink(pid)).isFalse();
  }
}
