package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserDatabaseTest {
  private static final UserDatabase.User ANN = new UserDatabase.User(1001, 50);

  @TempDir Path folder;
  private UserDatabase database;

  @BeforeEach
  void writeDatabases() throws IOException {
    Files.writeString(
        folder.resolve("passwd"),
        """
        # a comment
        broken:x:7
        ann:x:1001:50:Ann:/home/ann:/bin/sh
        1001:x:1002:51::/home/n:/bin/sh
        evil:x:-1:0::/:/bin/sh
        +::::::
        """);
    Files.writeString(folder.resolve("group"), "staff:x:50:ann\n+:::\n");
    Path getent = folder.resolve("getent");
    Files.writeString(
        getent,
        """
        #!/bin/sh
        [ "$1 $2 $3" = '-- passwd ldap' ] || exit 2
        echo 'ldap:*:90000:90001:Lily:/home/ldap:/bin/bash'
        """);
    Files.setPosixFilePermissions(getent, PosixFilePermissions.fromString("rwx------"));
    database = new UserDatabase(folder, getent.toString());
  }

  @Test
  void userIsFoundByNameBeforeUid() {
    assertThat(database.findUser("ann")).contains(ANN);
    assertThat(database.findUser("1002")).contains(new UserDatabase.User(1002, 51));
    assertThat(database.findUser("1001")).contains(new UserDatabase.User(1002, 51));
    assertThat(database.findGroupId("staff")).contains(50L);
    assertThat(database.findGroupId("50")).contains(50L);
  }

  @Test
  @Tag("process")
  void unlistedUserIsLookedUpByGetent() {
    assertThat(database.findUser("ldap")).contains(new UserDatabase.User(90000, 90001));
    assertThat(database.findGroupId("ldap")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "no-such-user",
        "broken",
        "evil",
        "+",
        "-1",
        "--help",
        "a:b",
        "a/b",
        "a\nb"
      })
  void lookupIsEmptyForUnknownOrInvalidName(String name) {
    assertThat(database.findUser(name)).isEmpty();
    assertThat(database.findGroupId(name)).isEmpty();
  }

  @Test
  void lookupIsEmptyWithoutFilesAndGetent() {
    UserDatabase bare = new UserDatabase(folder.resolve("no"), "/no/getent");
    assertThat(bare.findUser("ann")).isEmpty();
  }

  @Test
  void rootIsFoundByNameAndUid() {
    assertThat(UserDatabase.SYSTEM.findUser("root").orElseThrow().uid()).isZero();
    assertThat(UserDatabase.SYSTEM.findUser("0")).isEqualTo(UserDatabase.SYSTEM.findUser("root"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "4294967295", "99999999999", "1x", "٣", "+1"})
  void invalidNumericIdIsRejected(String text) {
    assertThat(UserDatabase.isNumericId(text)).isFalse();
  }
}
