import { Module } from '@nestjs/common';
import { ChatGateway } from './chat.gateway.js';
import { RoomCensus } from './room-census.js';
import { RoomPolicy } from './room.policy.js';
import { RoomsService } from './rooms.service.js';

@Module({ providers: [ChatGateway, RoomCensus, RoomPolicy, RoomsService] })
export class ChatModule {}
