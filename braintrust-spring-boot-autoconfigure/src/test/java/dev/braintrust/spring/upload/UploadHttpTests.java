package dev.braintrust.spring.upload;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.LoginProxy;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.settings.ProjectSettings;
import org.junit.jupiter.api.Test;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link UploadHttp}.
 */
class UploadHttpTests {

	@Test
	void tunnelThatAProxyRefusesIsAnAnswer() {
		try (LoginProxy proxy = new LoginProxy("anna", "s3cret");
				UploadHttp http = new UploadHttp(new HttpClients(null))) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("https://braintrust.invalid/attachment")).build();
			UploadAnswer answer = http.send(request, target(proxy), Duration.ofSeconds(20)).join();
			assertThat(answer.status()).isEqualTo(407);
			assertThat(answer.mayPass()).isFalse();
			assertThat(answer.describe()).isEqualTo("status 407");
		}
	}

	private static UploadTarget target(LoginProxy proxy) {
		BraintrustProperties properties = new BraintrustProperties();
		properties.setApiKey("sk-test");
		properties.getExport().getProxy().setHost("127.0.0.1");
		properties.getExport().getProxy().setPort(proxy.port());
		properties.getProjects().put("support", new ProjectProperties());
		ProjectSettings settings = new ProjectSettingsResolver(properties, new MockEnvironment()).resolve().get(0);
		return new UploadTarget(settings, settings.apiKey(), new SourceReads().ofProject());
	}

}
