package io.luhproc.example;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.example.FileText.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTextTest {
  private static final int MAX_BYTES = 20_000;

  @TempDir private Path folder;

  @Test
  void utf8IsDecoded() throws IOException {
    assertThat(read("Grüße 🎉".getBytes(UTF_8))).isEqualTo(new FileText("Grüße 🎉", Kind.TEXT));
    assertThat(read(new byte[0])).isEqualTo(new FileText("", Kind.TEXT));
  }

  @Test
  void utf8ByteOrderMarkIsRemoved() throws IOException {
    assertThat(read("\uFEFFabc".getBytes(UTF_8)).text()).isEqualTo("abc");
  }

  @Test
  void utf16IsDecodedWhenItHasAByteOrderMark() throws IOException {
    assertThat(read("\uFEFFGrüße".getBytes(UTF_16LE)).text()).isEqualTo("Grüße");
    assertThat(read("\uFEFFGrüße".getBytes(UTF_16BE)).text()).isEqualTo("Grüße");
  }

  @Test
  void latin1IsAssumedWhenUtf8IsInvalid() throws IOException {
    assertThat(read("Grüße\n".getBytes(ISO_8859_1)).text()).isEqualTo("Grüße\n");
  }

  @Test
  void fileIsBinaryWhenItHasNulOrManyControlCharacters() throws IOException {
    assertThat(read(new byte[] {'a', 0, 'b'}).kind()).isEqualTo(Kind.BINARY);
    assertThat(read(new byte[] {1, 2, 3, (byte) 0xFF, 4}).kind()).isEqualTo(Kind.BINARY);
  }

  @Test
  void fileLongerThanTheHeadIsReadCompletely() throws IOException {
    String text = "0123456789".repeat(MAX_BYTES / 10);
    assertThat(read(text.getBytes(UTF_8)).text()).isEqualTo(text);
  }

  @Test
  void fileIsTooLargeWhenOneByteOverTheLimit() throws IOException {
    assertThat(read("x".repeat(MAX_BYTES + 1).getBytes(UTF_8)).kind()).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void readFailsWhenFileIsMissing() {
    assertThatThrownBy(() -> FileText.read(folder.resolve("none"), MAX_BYTES))
        .isInstanceOf(NoSuchFileException.class);
  }

  private FileText read(byte[] bytes) throws IOException {
    return FileText.read(Files.write(folder.resolve("file"), bytes), MAX_BYTES);
  }
}
