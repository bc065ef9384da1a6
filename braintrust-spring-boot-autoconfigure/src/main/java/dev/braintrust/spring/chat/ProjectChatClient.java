package dev.braintrust.spring.chat;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A client whose calls and streams are traced. It adds nothing to the client it stands
 * for: what is needed for tracing is put into each request, when that is sent.
 */
final class ProjectChatClient implements ChatClient {

	private static final Log logger = LogFactory.getLog(ProjectChatClient.class);

	private final AtomicBoolean strange = new AtomicBoolean();

	private final ChatClient delegate;

	private final ChatTracing tracing;

	private final AutoRegisteredToolAdvisor toolAdvisor;

	private ProjectChatClient(ChatClient delegate, ChatTracing tracing) {
		this.delegate = delegate;
		this.tracing = tracing;
		this.toolAdvisor = new AutoRegisteredToolAdvisor(delegate);
	}

	/**
	 * Trace a client. One that is traced already is traced by the given tracing alone.
	 * @param client the client
	 * @param tracing how it is traced
	 * @return the traced client
	 */
	static ChatClient trace(ChatClient client, ChatTracing tracing) {
		ChatClient untraced = (client instanceof ProjectChatClient traced) ? traced.delegate : client;
		return tracing.tracer().isEnabled() ? new ProjectChatClient(untraced, tracing) : untraced;
	}

	ChatTracing tracing() {
		return this.tracing;
	}

	@Override
	public ChatClientRequestSpec prompt() {
		return trace(this.delegate.prompt());
	}

	@Override
	public ChatClientRequestSpec prompt(String content) {
		return trace(this.delegate.prompt(content));
	}

	@Override
	public ChatClientRequestSpec prompt(Prompt prompt) {
		return trace(this.delegate.prompt(prompt));
	}

	private ChatClientRequestSpec trace(ChatClientRequestSpec request) {
		if (request instanceof DefaultChatClientRequestSpec known) {
			return ProjectRequestSpec.trace(known, this.tracing, this.toolAdvisor);
		}
		if (this.strange.compareAndSet(false, true)) {
			logger.warn("The ChatClient '" + this.tracing.agent() + "' is not traced: it is a "
					+ this.delegate.getClass().getName()
					+ ", and only clients that Spring AI's ChatClient.Builder makes can be traced");
		}
		return request;
	}

	@Override
	public Builder mutate() {
		return ProjectChatClientBuilder.trace(this.delegate.mutate(), this.tracing);
	}

	@Override
	public String toString() {
		return "ProjectChatClient[" + this.tracing.agent() + ", " + this.delegate + "]";
	}

}
