package io.luhproc.relaunch;

import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.LaunchTarget.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes programs that run an app inside their own JVM, such as build tools, IDEs and app
 * servers. Relaunching that JVM would start them, not the app.
 */
final class KnownHostLaunchers {
  // The prefix of a main class or of the file name of a jar, and the program that it belongs to.
  private static final String[][] PREFIXES = {
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

  private KnownHostLaunchers() {}

  /**
   * Checks that a target is not one of the known programs.
   *
   * @throws NotRelaunchableException if it is
   */
  static void rejectHost(LaunchTarget target) {
    String name = simpleNameOf(target);
    String host = hostOf(name);
    if (host != null) {
      throw new NotRelaunchableException("it runs " + name + ", which is " + host);
    }
  }

  private static String simpleNameOf(LaunchTarget target) {
    String name = target.name();
    boolean isPath = target.kind() == Kind.JAR || target.kind() == Kind.MODULE;
    return isPath ? name.substring(name.lastIndexOf('/') + 1) : name;
  }

  private static @Nullable String hostOf(String name) {
    for (String[] prefix : PREFIXES) {
      if (name.startsWith(prefix[0])) {
        return prefix[1];
      }
    }
    return null;
  }
}
