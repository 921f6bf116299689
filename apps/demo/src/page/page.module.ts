import { Module } from '@nestjs/common';
import { PageFiles } from './page-files.js';
import { WebPageController } from './web-page.controller.js';

@Module({ controllers: [WebPageController], providers: [PageFiles] })
export class PageModule {}
