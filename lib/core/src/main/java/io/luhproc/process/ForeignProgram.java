package io.luhproc.process;

import io.luhproc.process.EntryPoint.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The known programs that run an app inside a JVM which they started for themselves: starting that
 * JVM again would start them, not the app.
 */
final class ForeignProgram {
  // The beginning of a main class's name, or of a jar's file name; and whose it is.
  private static final String[][] KNOWN = {
    {"org.apache.maven.surefire.", "surefire, which runs tests"},
    {"surefirebooter", "surefire, which runs tests"},
    {"surefire-booter", "surefire, which runs tests"},
    {"org.codehaus.plexus.classworlds.", "Maven itself (mvn exec:java and the like)"},
    {"org.codehaus.classworlds.", "Maven itself (mvn exec:java and the like)"},
    {"plexus-classworlds", "Maven itself (mvn exec:java and the like)"},
    {"org.mvndaemon.", "the Maven daemon"},
    {"org.apache.maven.wrapper.", "Maven itself (mvn exec:java and the like)"},
    {"org.gradle.", "Gradle"},
    {"worker.org.gradle.", "Gradle"},
    {"gradle-", "Gradle"},
    {"sbt.", "sbt"},
    {"xsbt.boot.", "sbt"},
    {"sbt-launch", "sbt"},
    {"com.google.testing.junit.runner.", "Bazel, which runs tests"},
    {"com.intellij.rt.", "a run configuration of IntelliJ"},
    {"org.eclipse.jdt.internal.junit", "Eclipse, which runs tests"},
    {"org.junit.", "JUnit, which runs tests"},
    {"junit-platform-console", "JUnit, which runs tests"},
    {"org.testng.", "TestNG, which runs tests"},
    {"org.openjdk.jmh.", "JMH, which runs benchmarks"},
    {"org.apache.catalina.", "Tomcat"},
    {"org.eclipse.jetty.start.", "Jetty"},
    {"org.eclipse.jetty.xml.", "Jetty"},
    {"org.jboss.modules.", "JBoss Modules (WildFly)"},
    {"jboss-modules", "JBoss Modules (WildFly)"},
    {"com.sun.enterprise.glassfish.", "GlassFish"},
    {"weblogic.", "WebLogic"},
    {"com.ibm.ws.", "Liberty"},
    {"jdk.jshell.", "jshell"},
    {"jdk.internal.jshell.", "jshell"},
  };

  private ForeignProgram() {}

  /**
   * Checks that what this JVM runs is the app.
   *
   * @throws NotRelaunchableException when it is one of the known programs
   */
  static void refuse(EntryPoint entry) {
    String name = nameOf(entry);
    String owner = ownerOf(name);
    if (owner != null) {
      throw new NotRelaunchableException("it runs " + name + ", which is " + owner);
    }
  }

  private static String nameOf(EntryPoint entry) {
    String name = entry.name();
    boolean last = entry.kind() == Kind.JAR || entry.kind() == Kind.MODULE;
    return last ? name.substring(name.lastIndexOf('/') + 1) : name;
  }

  private static @Nullable String ownerOf(String name) {
    for (String[] known : KNOWN) {
      if (name.startsWith(known[0])) {
        return known[1];
      }
    }
    return null;
  }
}
