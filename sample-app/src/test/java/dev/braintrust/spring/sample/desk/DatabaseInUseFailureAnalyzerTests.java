package dev.braintrust.spring.sample.desk;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;

import dev.braintrust.spring.sample.SupportDeskApplication;
import dev.braintrust.spring.sample.offline.OfflineServices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of {@link DatabaseInUseFailureAnalyzer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseInUseFailureAnalyzerTests {

	@Test
	void secondStartSaysThatTheDatabaseIsInUseAndHowToGoOn(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		String url = "jdbc:h2:file:" + directory.resolve("desk");
		try (Connection connection = DriverManager.getConnection(url)) {
			assertThat(connection.isValid(1)).isTrue();
		}
		// The lock that another process would hold.
		try (FileChannel file = FileChannel.open(directory.resolve("desk.mv.db"), StandardOpenOption.READ,
				StandardOpenOption.WRITE); FileLock lock = file.lock()) {
			assertThat(lock.isValid()).isTrue();
			assertThatException().isThrownBy(
					() -> new SpringApplicationBuilder(SupportDeskApplication.class).initializers(new OfflineServices())
						.run("--server.port=0", "--sample.demo=false", "--spring.datasource.url=" + url));
		}
		assertThat(output).contains("The database of the sample is in use: the sample already runs in this directory.")
			.contains(
					"--spring.datasource.url=jdbc:h2:mem:desk;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE --server.port=0");
	}

}
