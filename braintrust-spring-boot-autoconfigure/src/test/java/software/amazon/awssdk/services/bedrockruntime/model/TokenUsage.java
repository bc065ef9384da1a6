package software.amazon.awssdk.services.bedrockruntime.model;

/**
 * A stand-in with the name of the AWS SDK's class.
 */
public final class TokenUsage {

}
