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

/** The file {@code pid}: the decimal pid and a newline. */
class PidFileTest {
  @TempDir private Path folder;
  private ProcessDirectory directory;
  private Path pid;

  @BeforeEach
  void makeDirectory() {
    directory = ProcessDirectory.at(folder.resolve("indexer-000000000000"));
    directory.create();
    pid = directory.path().resolve("pid");
  }

  @Test
  void holdsThePidAndANewline() throws IOException {
    directory.recordPid(39241);
    assertThat(pid).hasContent("39241\n");
    assertThat(directory.pid()).contains(39241L);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pid)))
        .isEqualTo("rw-------");
  }

  @Test
  void isReplacedAsAWhole() throws IOException {
    directory.recordPid(39241);
    directory.recordPid(7);
    assertThat(pid).hasContent("7\n");
    assertThat(directory.path()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void isReplacedAlsoWhenSomebodyWasKilledWhileWritingIt() throws IOException {
    Files.writeString(directory.path().resolve(".pid.new"), "39");
    directory.recordPid(39241);
    assertThat(pid).hasContent("39241\n");
    assertThat(directory.path()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void isPutAsideAndRecordedAgainWhateverItsLength() throws IOException {
    for (long who : new long[] {39241, 7, 4194303}) {
      directory.recordPid(who);
      assertThat(pid).hasContent(who + "\n");
      directory.putPidAside();
      directory.putPidAside();
      assertThat(pid).doesNotExist();
      assertThat(directory.pid()).isEmpty();
    }
  }

  @Test
  void isNeverWrittenThroughALink() throws IOException {
    Path target = Files.writeString(directory.path().resolve("target"), "mine");
    Files.createSymbolicLink(directory.path().resolve(".pid.new"), target);
    directory.recordPid(39241);
    assertThat(pid).isRegularFile().hasContent("39241\n");
    assertThat(Files.isSymbolicLink(pid)).isFalse();
    assertThat(target).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2\n", "39241", " 39241 \n", "4194304\n", "007\n"})
  void isReadAsAnybodyMayWriteIt(String content) throws IOException {
    Files.writeString(pid, content);
    assertThat(directory.pid()).isPresent();
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
  void isNoPidWhenItIsNotOneOfAProcessThatCouldBeOurs(String content) throws IOException {
    Files.writeString(pid, content);
    assertThat(directory.pid()).isEmpty();
  }

  @Test
  void isNoPidWhenItIsMissing() {
    assertThat(directory.pid()).isEmpty();
    directory.forgetPid();
    directory.delete();
    assertThat(directory.pid()).isEmpty();
  }

  @Test
  void isForgotten() {
    directory.recordPid(39241);
    directory.forgetPid();
    assertThat(directory.pid()).isEmpty();
    assertThat(directory.path()).isEmptyDirectory();
  }

  @Test
  void isReplacedAndNotFollowedWhenItIsALink() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "untouched");
    Files.createSymbolicLink(pid, target);
    directory.recordPid(39241);
    assertThat(target).hasContent("untouched");
    assertThat(pid).isRegularFile().hasContent("39241\n");
    assertThat(Files.isSymbolicLink(pid)).isFalse();
  }
}
