package io.luhproc.procfs;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The character encodings that the JDK uses at the boundary to the operating system. */
public final class JvmCharsets {
  private static final String NATIVE_ENCODING = "sun.jnu.encoding";
  private static final int FIRST_JDK_WITH_UTF_8_AS_DEFAULT = 18;

  private JvmCharsets() {}

  /**
   * Returns the encoding of the arguments that this JVM passes to a child.
   *
   * <p>{@link ProcessBuilder} uses the default charset before JDK 18, and the undocumented property
   * {@code sun.jnu.encoding} since.
   */
  public static Charset ofArguments() {
    String name = System.getProperty(NATIVE_ENCODING);
    boolean usesDefaultCharset = Runtime.version().feature() < FIRST_JDK_WITH_UTF_8_AS_DEFAULT;
    return usesDefaultCharset || name == null ? Charset.defaultCharset() : Charset.forName(name);
  }

  /** Returns the encoding of the paths and environment variables of a child. */
  static Charset ofEnvironment() {
    String name = System.getProperty(NATIVE_ENCODING, "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
  }
}
