package dev.braintrust.spring.chat;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * A client whose calls and streams are traced. It adds nothing to the client it stands
 * for: what is needed for tracing is put into each request, when that is sent. That of a
 * project that is off records nothing, and is there so that the client, its requests and
 * what is built of them are not taken for clients of no project.
 */
final class ProjectChatClient implements ChatClient {

	private static final Log logger = LogFactory.getLog(ProjectChatClient.class);

	private final AtomicBoolean strange = new AtomicBoolean();

	private final ChatClient delegate;

	private final ChatTracing tracing;

	private final boolean moving;

	private final AutoRegisteredToolAdvisor toolAdvisor;

	private ProjectChatClient(ChatClient delegate, ChatTracing tracing, boolean moving) {
		this.delegate = delegate;
		this.tracing = tracing;
		this.moving = moving;
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
		return new ProjectChatClient(untraced, tracing, true);
	}

	/**
	 * Trace a client that seems to belong to no project. Where it stands before a client
	 * of one all the same, as a decorator may, what it makes stays in that project.
	 * @param client the client
	 * @param tracing how it is traced
	 * @return the traced client
	 */
	static ChatClient traceUnowned(ChatClient client, ChatTracing tracing) {
		return new ProjectChatClient(client, tracing, false);
	}

	/**
	 * What traces a client, also behind a proxy that always has the same target.
	 * @param client the client
	 * @return what does, or {@code null} where nothing is known to
	 */
	static @Nullable ProjectChatClient traced(ChatClient client) {
		Object target = client;
		while (target != null && !(target instanceof ProjectChatClient)) {
			target = AopProxyUtils.getSingletonTarget(target);
		}
		return (target instanceof ProjectChatClient traced) ? traced : null;
	}

	ChatTracing tracing() {
		return this.tracing;
	}

	/**
	 * Whether what the client makes is of its project even where it stands before a
	 * client of another.
	 * @return whether it is
	 */
	boolean isMoving() {
		return this.moving;
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
		ProjectRequestSpec traced = ProjectRequestSpec.traced(request);
		if (traced != null) {
			return this.moving ? traced.into(this.tracing) : request;
		}
		if (this.tracing.tracer().isEnabled() && this.strange.compareAndSet(false, true)) {
			logger.warn("The ChatClient '" + this.tracing.agent() + "' is not traced: it is a "
					+ this.delegate.getClass().getName()
					+ ", and only clients that Spring AI's ChatClient.Builder makes can be traced");
		}
		return request;
	}

	@Override
	public Builder mutate() {
		Builder builder = this.delegate.mutate();
		return (this.moving || ProjectChatClientBuilder.tracing(builder) == null)
				? ProjectChatClientBuilder.trace(builder, this.tracing) : builder;
	}

	@Override
	public String toString() {
		return "ProjectChatClient[" + this.tracing.agent() + ", " + this.delegate + "]";
	}

}
