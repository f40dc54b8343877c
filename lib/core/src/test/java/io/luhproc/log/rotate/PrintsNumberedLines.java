package io.luhproc.log.rotate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** Prints numbered lines, one write(2) each: {@code PrintsNumberedLines FROM TO}. */
final class PrintsNumberedLines {
  private PrintsNumberedLines() {}

  public static void main(String[] args) throws IOException {
    int to = Integer.parseInt(args[1]);
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      for (int i = Integer.parseInt(args[0]); i <= to; i++) {
        out.write((TempLogDirectory.numberedLine(i) + "\n").getBytes(US_ASCII));
      }
    }
  }
}
