//! What `grpcurl` does: learns the contract by reflection, sends JSON, shows JSON. It knows none of our generated code.

use bytes::{Buf as _, BufMut as _, Bytes};
use futures::stream;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use pullwright_harness::Stack;
use pullwright_rpc::client::Connection;
use serde_json::Value;
use tonic::{
    Request, Status, Streaming,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

/// An operator with a reflection client.
pub(super) struct Grpcurl {
    cores: Vec<Core>,
}

struct Core {
    connection: Connection,
    services: Vec<String>,
    pool: DescriptorPool,
}

impl Grpcurl {
    /// Asks all cores what they serve.
    pub(super) async fn reach(stack: &Stack) -> Self {
        let ports = stack.ports;
        let mut cores = Vec::new();
        for port in [ports.proposal, ports.registry, ports.runner] {
            let connection = stack.grpc(port, &stack.credentials.service_operator).unwrap();
            cores.push(Core::reflect(connection).await);
        }
        Self { cores }
    }

    /// All methods of all services.
    pub(super) fn methods(&self) -> Vec<(String, String)> {
        let of_core = |core: &Core| {
            let services: Vec<_> = core
                .services
                .iter()
                .filter_map(|name| core.pool.get_service_by_name(name))
                .collect();
            services.into_iter().flat_map(|service| {
                let name = service.full_name().to_owned();
                service
                    .methods()
                    .map(|method| (name.clone(), method.name().to_owned()))
                    .collect::<Vec<_>>()
            })
        };
        self.cores.iter().flat_map(of_core).collect()
    }

    /// Whether there is such a method.
    pub(super) fn has(&self, service: &str, method: &str) -> bool {
        self.find(service, method).is_some()
    }

    /// Calls a method; of a stream it takes the first message.
    pub(super) async fn ask(
        &self,
        service: &str,
        method: &str,
        request: &Value,
    ) -> Result<Value, Status> {
        let (core, found) = self.find(service, method).expect("a method that there is");
        if found.is_server_streaming() {
            let mut stream = self.follow(service, method, request).await?;
            return stream.next().await.map(|first| first.expect("a first message"));
        }
        let (mut grpc, request, path) = core.prepare(&found, request).await;
        let answer = grpc.unary(request, path, Raw).await?;
        Ok(shown(&found, answer.into_inner()))
    }

    /// Calls a method that streams.
    pub(super) async fn follow(
        &self,
        service: &str,
        method: &str,
        request: &Value,
    ) -> Result<Followed, Status> {
        let (core, method) = self.find(service, method).expect("a method that there is");
        let (mut grpc, request, path) = core.prepare(&method, request).await;
        let messages = grpc.server_streaming(request, path, Raw).await?.into_inner();
        Ok(Followed { method, messages })
    }

    fn find(&self, service: &str, method: &str) -> Option<(&Core, MethodDescriptor)> {
        self.cores.iter().find_map(|core| {
            let served = core.services.iter().any(|name| name == service);
            let service = served.then(|| core.pool.get_service_by_name(service))??;
            let method = service.methods().find(|one| one.name() == method)?;
            Some((core, method))
        })
    }
}

/// A stream's messages as JSON.
pub(super) struct Followed {
    method: MethodDescriptor,
    messages: Streaming<Bytes>,
}

impl Followed {
    /// The next message; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, Status> {
        let message = self.messages.message().await?;
        Ok(message.map(|message| shown(&self.method, message)))
    }
}

impl Core {
    async fn reflect(connection: Connection) -> Self {
        let mut client = ServerReflectionClient::new(connection.clone());
        let MessageResponse::ListServicesResponse(list) =
            answer(&mut client, MessageRequest::ListServices(String::new())).await
        else {
            panic!("reflection lists its services");
        };
        let services: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
        let mut files = Vec::new();
        let mut wanted: Vec<_> =
            services.iter().cloned().map(MessageRequest::FileContainingSymbol).collect();
        while let Some(question) = wanted.pop() {
            let MessageResponse::FileDescriptorResponse(found) =
                answer(&mut client, question).await
            else {
                panic!("reflection gives a file for each symbol and name that it told");
            };
            for bytes in found.file_descriptor_proto {
                let file = prost_types::FileDescriptorProto::decode(&*bytes).unwrap();
                if files
                    .iter()
                    .any(|known: &prost_types::FileDescriptorProto| known.name == file.name)
                {
                    continue;
                }
                wanted.extend(file.dependency.iter().cloned().map(MessageRequest::FileByFilename));
                files.push(file);
            }
        }
        let mut pool = DescriptorPool::new();
        pool.add_file_descriptor_protos(files).unwrap();
        Self { connection, services, pool }
    }

    async fn prepare(
        &self,
        method: &MethodDescriptor,
        request: &Value,
    ) -> (Grpc<Connection>, Request<Bytes>, http::uri::PathAndQuery) {
        let message = DynamicMessage::deserialize(method.input(), request).unwrap();
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let mut grpc = Grpc::new(self.connection.clone());
        grpc.ready().await.unwrap();
        (grpc, Request::new(message.encode_to_vec().into()), path.parse().unwrap())
    }
}

async fn answer(
    client: &mut ServerReflectionClient<Connection>,
    question: MessageRequest,
) -> MessageResponse {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let asked = client.server_reflection_info(stream::iter([request])).await.unwrap();
    asked.into_inner().message().await.unwrap().unwrap().message_response.unwrap()
}

fn shown(method: &MethodDescriptor, message: Bytes) -> Value {
    let message = DynamicMessage::decode(method.output(), message).unwrap();
    serde_json::to_value(message).unwrap()
}

/// Messages as bytes: what they say is for the descriptors.
#[derive(Debug, Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
